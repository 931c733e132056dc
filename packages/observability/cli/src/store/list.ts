import { isTagRecord } from "@hitbox/cache";
import type { Output } from "../output/output.ts";
import type { Pace } from "../pace.ts";
import type { StoreTier } from "./store.ts";

/** Most keys that are remembered: a store may list a key twice. */
const MOST_KNOWN = 1_000_000;
const PAGE = 1_000;

export interface KeyQuery {
  /** Keys begin with this. */
  readonly start: string;
  accepts(key: string): boolean;
  /** True: also keys that hold a lease, and no entry. Default: false. */
  readonly leased?: boolean;
}

/** Lists the keys of entries, page by page, each once. Records of tags are left out. */
export async function* listKeys(
  { typed }: StoreTier,
  { start, accepts, leased = false }: KeyQuery,
  out: Output,
  pace?: Pace,
): AsyncGenerator<readonly string[], void, undefined> {
  const known = new Set<string>();
  try {
    for await (const page of typed.keys({ prefix: start, pageSize: PAGE, leased })) {
      const keys = page.filter((key) => !known.has(key) && !isTagRecord(key) && accepts(key));
      for (const key of keys) if (known.size < MOST_KNOWN) known.add(key);
      if (keys.length > 0) yield keys;
      out.progress(`${known.size} keys …`);
      // A page without a match has cost the store as much.
      await pace?.passed(page.length);
    }
  } finally {
    out.progressEnds();
  }
}
