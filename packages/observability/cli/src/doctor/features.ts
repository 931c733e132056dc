import { randomBytes } from "node:crypto";
import { createCache } from "@hitbox/cache";
import { cacheValue } from "@hitbox/core";
import type { StoreTier } from "../store/store.ts";
import { type Finding, info, ok, problem, tried } from "./finding.ts";

/** Milliseconds until a probe ends, if it cannot be removed. */
const LIFE = 10_000;

/** No key of a service begins like this. */
export function probeKey(): string {
  return `%doctor:${randomBytes(6).toString("base64url")}`;
}

/** Tries each feature on a key of its own, under the store's prefix: rights are tried, and not guessed. */
export async function features({ typed }: StoreTier): Promise<Finding[]> {
  const { supports } = typed;
  const [key, other] = [probeKey(), probeKey()];
  const value = (): ReturnType<typeof cacheValue<string>> => cacheValue("probe", { ttl: LIFE });
  const each: [string, boolean, () => Promise<void>][] = [
    ["write", true, async () => typed.set(key, value())],
    ["read", true, async () => expectFound(await typed.get(key))],
    [
      "batch read",
      supports.readMany !== false,
      async () => expectFound((await typed.getMany([key, other]))[0]),
    ],
    ["list keys", supports.keys === true, async () => void (await anext(typed.keys()))],
    ["leases", supports.lease === true, async () => tryLease(other)],
    ["delete", true, async () => void (await typed.deleteMany([key, other]))],
  ];
  const findings: Finding[] = [];
  for (const [check, isSupported, run] of each) findings.push(await tryFeature(check, isSupported, run));
  return findings;

  async function tryLease(at: string): Promise<void> {
    const { fence } = await typed.lease(at, 1_000);
    if (!(await typed.setFenced(at, value(), fence)))
      throw new Error("a fence did not hold that nobody voided");
  }
}

function tryFeature(check: string, isSupported: boolean, run: () => Promise<void>): Promise<Finding> {
  if (!isSupported) return Promise.resolve(info(check, "this store has none"));
  return tried(check, async () => {
    const began = performance.now();
    await run();
    return ok(check, `works, in ${(performance.now() - began).toFixed(1)} ms`);
  });
}

function expectFound(entry: unknown): void {
  if (entry === undefined) throw new Error("an entry that was written is not there");
}

async function anext(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages) return;
}

/** Stores an entry with a tag, invalidates the tag, and reads the entry: is the store fit for tags? */
export function tagsFinding({ typed }: StoreTier): Promise<Finding> {
  return tried("tags", async () => {
    const cache = createCache({ backend: typed, ttl: LIFE, onBackendError: "throw" });
    const [key, tag] = [probeKey(), `doctor-${randomBytes(6).toString("base64url")}`];
    await cache.set(key, "probe", { tags: [tag] });
    const before = await cache.get(key);
    await cache.invalidateTags([tag]);
    const after = await cache.get(key);
    await cache.delete(key);
    if (before === undefined) return problem("tags", "an entry with a tag is not found after it was stored");
    if (after !== undefined) return problem("tags", "an entry is found after its tag was invalidated");
    if (typed.supports.lease === true) return ok("tags", "fit: an invalidation reached its entry");
    return problem("tags", "work, but without leases two processes may not agree on a new tag at once");
  });
}
