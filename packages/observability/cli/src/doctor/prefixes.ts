import type { RedisLink, RedisNode } from "../store/redis-link.ts";
import { type Finding, info } from "./finding.ts";

/** Keys that are looked at, of each master, and the prefixes that are told apart. */
const MOST_KEYS = 10_000;
const MOST_PREFIXES = 20;

/** The prefixes that share the servers, with their share of a sample. */
export async function prefixes(link: RedisLink, own: string): Promise<Finding> {
  const counts = new Map<string, number>();
  for (const node of await link.nodes()) await sample(node, counts);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, MOST_PREFIXES);
  const texts = sorted.map(([name, count]) => `${name === own ? `${name} (this one)` : name}: ${count}`);
  return info("prefixes", texts.length === 0 ? "no keys" : `in a sample of keys, ${texts.join(", ")}`);
}

async function sample(node: RedisNode, counts: Map<string, number>): Promise<void> {
  let [cursor, seen] = ["0", 0];
  do {
    const [next, keys] = (await node.call("SCAN", cursor, "COUNT", "1000")) as [string, string[]];
    for (const key of keys) count(counts, prefixOf(key));
    seen += keys.length;
    cursor = String(next);
  } while (cursor !== "0" && seen < MOST_KEYS);
}

function prefixOf(key: string): string {
  const end = key.indexOf("::");
  return end < 0 ? "(not of hitbox)" : key.slice(0, end);
}

function count(counts: Map<string, number>, prefix: string): void {
  const name = counts.has(prefix) || counts.size < 1_000 ? prefix : "(others)";
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
