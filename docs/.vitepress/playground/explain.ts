import type { Lookup } from "@hitbox/cache";

/** Says which tier answered a call, and what the others did. */
export function explain(found: Lookup<unknown>): string {
  const reads = found.tiers.filter(({ operation, purpose }) => operation === "read" && purpose === "value");
  const tiers = reads.map(({ tier, status }) => `${nameOf(tier)}: ${status}`);
  return [`${found.status}: ${sentence(found)}`, ...(tiers.length > 0 ? [`${tiers.join(", ")}.`] : [])].join(
    " ",
  );
}

function sentence(found: Lookup<unknown>): string {
  const age = found.age === undefined ? "" : ` It is ${found.age / 1_000} s old.`;
  if (found.source !== undefined) return `${nameOf(found.source)} answered.${age}`;
  const stored = found.stored ? " The value was stored." : "";
  return `${REASONS[found.status] ?? "The database answered."}${stored}`;
}

const REASONS: Readonly<Record<string, string>> = {
  miss: "No tier had it, so the database answered.",
  expired: "The stored value was too old, so the database answered.",
  collapsed: "Another call had begun the load.",
};

/** Last part of a label path, such as `redis` of `memory>redis.redis`. */
function nameOf(path: string): string {
  const name = path.split(/[.>]/).at(-1) ?? path;
  return name[0]?.toUpperCase() + name.slice(1);
}
