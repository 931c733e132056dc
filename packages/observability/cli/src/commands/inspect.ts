import { EXIT } from "../exit-codes.ts";
import { safeLines, safeText } from "../output/safe-text.ts";
import { bytes, span, when } from "../output/units.ts";
import type { Command } from "./command.ts";
import { type Explained, explain } from "./explain.ts";

export const inspect: Command = {
  name: "inspect",
  usage: "KEY",
  summary: "shows the entry of a key in every tier, and why it is fresh, stale or invalid",
  details:
    "KEY is the text of the key, as `hitbox keys` lists it. Exit code 1: no tier has a readable entry. " +
    "A lease is shown of Redis alone.",
  options: { "no-value": { type: "boolean", help: "leaves the value out" } },
  fewest: 1,
  most: 1,
  async run({ args: [key = ""], values, out, open }) {
    const store = await open();
    const now = Date.now();
    const found = await Promise.all(store.tiers.map((tier) => explain(store, tier, key, now)));
    const tiers = values["no-value"] ? found.map(({ value: _, ...rest }) => rest) : found;
    out.answer({ key, store: store.name, tiers }, () =>
      tiers.map((tier) => sheet(key, tier, now)).join("\n\n"),
    );
    return found.some(({ state }) => state === "fresh" || state === "stale") ? EXIT.ok : EXIT.problems;
  },
};

/** One tier's entry, a line for each fact. */
function sheet(key: string, tier: Explained, now: number): string {
  const facts: (readonly [string, string | undefined])[] = [
    ["key", key],
    ["tier", tier.tier],
    ["state", `${tier.state}: ${tier.why}`],
    ["age", tier.ageMs === undefined ? undefined : span(tier.ageMs)],
    // If an entry is invalid, its own times say nothing.
    ["stale", tier.state === "invalid" ? undefined : moment(tier.staleAt, now)],
    ["expires", tier.createdAt === undefined ? undefined : (moment(tier.expiresAt, now) ?? "never")],
    ["loaded in", tier.loadMs === undefined ? undefined : span(tier.loadMs)],
    ["format", tier.format],
    ["size", sizeOf(tier)],
    ["lease", tier.lease && leaseText(tier.lease, now)],
    ...(tier.tags ?? []).map((tag) => [tag.kind, `${tag.name}: ${tag.state}`] as const),
  ];
  const lines = facts.flatMap(([name, text]) =>
    text === undefined ? [] : [`${name.padEnd(10)} ${safeText(text)}`],
  );
  if (tier.value !== undefined) lines.push(safeLines(JSON.stringify(tier.value, undefined, 2)));
  return lines.join("\n");
}

function moment(at: number | undefined, now: number): string | undefined {
  return at === undefined ? undefined : `${when(at, now)} (${isoOf(at)})`;
}

/** A time of a store may be past the dates of JavaScript. */
function isoOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? `${at}` : date.toISOString();
}

function sizeOf({ bytes: stored, bytesBefore, compressor }: Explained): string | undefined {
  if (stored === undefined || bytesBefore === undefined) return undefined;
  return compressor === undefined
    ? `${bytes(stored)}, not compressed`
    : `${bytes(stored)}, ${bytes(bytesBefore)} before ${compressor}`;
}

function leaseText({ until, isHeld }: NonNullable<Explained["lease"]>, now: number): string {
  return isHeld ? `held: a process is loading, until ${when(until, now)}` : "free: the fence is kept";
}
