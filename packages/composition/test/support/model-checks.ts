import { expect } from "vitest";
import { type Done, KEYS, type World } from "./model-run.ts";
import type { Applied, ModelTier } from "./model-tier.ts";

/** Whether there is anything that the laws of the rest can be checked against. */
export async function holdsValues({ tiers }: World): Promise<boolean> {
  const held = await Promise.all(tiers.flatMap((tier) => KEYS.map((key) => tier.held(key))));
  return held.some((value) => value !== undefined);
}

export async function check(world: World): Promise<void> {
  checkOrder(world);
  checkUndos(world);
  await checkRest(world);
  checkReads(world);
}

/** Versions of the sets and deletes that a tier has done, in their order. */
function directOf({ applied }: ModelTier, key: string, done: readonly Done[]): number[] {
  // Where a write was given up, a clear does what it can, and fails: that write may land after it.
  const isFailedClear = ({ kind, version }: Applied): boolean =>
    kind === "delete" && done.some((entry) => entry.version === version && entry.isClear && !entry.ok);
  return applied
    .filter((change) => change.key === key && (change.kind === "set" || change.kind === "delete"))
    .filter((change) => !isFailedClear(change))
    .map(({ version }) => version);
}

/** In each tier a key's sets, deletes and clears take effect in the order in which they were asked for. */
function checkOrder({ tiers, done }: World): void {
  for (const tier of tiers) {
    for (const key of KEYS) {
      const versions = directOf(tier, key, done);
      expect(versions).toEqual([...versions].sort((one, other) => one - other));
    }
  }
}

/**
 * What a failed write may have left is taken back only where nothing newer is: an undo comes before every
 * newer set.
 */
function checkUndos({ tiers }: World): void {
  for (const { applied } of tiers) {
    for (const [index, { kind, key, version }] of applied.entries()) {
      const newer = applied.findIndex(
        (other) => other.kind === "set" && other.key === key && other.version > version,
      );
      if (kind === "undo" && newer >= 0) expect(index).toBeLessThan(newer);
    }
  }
}

/**
 * The newest set or delete that a tier has done and has to stand by. A first tier in which one has failed is
 * in doubt: it takes what the next tier has, though that is older.
 */
function newestOf(tier: ModelTier, key: string, done: readonly Done[]): number {
  const { applied } = tier;
  const refill = applied.findLastIndex((change) => change.key === key && change.kind === "refill");
  const hasFailed = (version: number): boolean => done.some((call) => call.version === version && !call.ok);
  const isReplaced = (version: number): boolean =>
    hasFailed(version) &&
    applied.findIndex((change) => change.key === key && change.version === version) < refill;
  return Math.max(0, ...directOf(tier, key, done).filter((version) => !isReplaced(version)));
}

/**
 * When all is quiet no tier holds a value that is older than a write which that tier has seen, or that all
 * have done.
 */
async function checkRest({ tiers, done }: World): Promise<void> {
  for (const key of KEYS) {
    const whole = done.filter((entry) => entry.key === key && entry.kind !== "get" && isWhole(entry, tiers));
    const newestWhole = Math.max(0, ...whole.map(({ version }) => version));
    for (const tier of tiers) {
      const held = await tier.held(key);
      if (held !== undefined)
        expect(held).toBeGreaterThanOrEqual(Math.max(newestWhole, newestOf(tier, key, done)));
    }
  }
}

/**
 * A get sees nothing older than the newest write that had been acknowledged, and was whole, when the get
 * began.
 */
function checkReads(world: World): void {
  const { tiers, done } = world;
  for (const get of done.filter(({ kind, ok }) => kind === "get" && ok)) {
    const writes = done.filter((entry) => entry.key === get.key && entry.kind !== "get");
    // A read does not wait for a write that was given up: what is not done yet it may miss.
    const deadline = world.cancels ? get.begun : Number.POSITIVE_INFINITY;
    const before = writes.filter((write) => write.ended < get.begun && isWhole(write, tiers, deadline));
    const newest = before.reduce<Done | undefined>(
      (one, other) => (one && one.version > other.version ? one : other),
      undefined,
    );
    if (get.read !== undefined) expect(get.read).toBeGreaterThanOrEqual(newest?.version ?? 0);
    if (get.read !== undefined && newest?.kind === "delete") expect(get.read).toBeGreaterThan(newest.version);
    const mayMiss =
      !newest ||
      newest.kind === "delete" ||
      writes.some((write) => write.version > newest.version && write.begun < get.ended);
    if (get.read === undefined && !mayMiss)
      expect(tiers.some(({ troubled }) => troubled.size > 0)).toBe(true);
  }
}

/**
 * Acknowledged, and done in every tier without trouble, or refused by it and the key removed from it; not if
 * a later write made it pointless and took its place.
 */
function isWhole(
  { kind, key, version, ok }: Done,
  tiers: readonly ModelTier[],
  deadline = Number.POSITIVE_INFINITY,
): boolean {
  const isDone = ({ applied, refused }: ModelTier): boolean =>
    applied.some(
      (change) =>
        (change.kind === kind || (change.kind === "undo" && refused.has(`${key} ${version}`))) &&
        change.key === key &&
        change.version === version &&
        change.at < deadline,
    );
  return ok && tiers.every((tier) => isDone(tier) && !tier.troubled.has(`${key} ${version}`));
}
