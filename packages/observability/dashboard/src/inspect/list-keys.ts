import type { TierBackend } from "@hitbox/core/tier";
import { isOwnKey } from "./own-keys.ts";

const MOST_KEYS = 200;
/** A store may look at many keys for one that fits. */
const MOST_MS = 3_000;
const MOST_PAGES = 200;
const PAGE_SIZE = 1_000;

export interface ListedKeys {
  readonly keys: readonly string[];
  /** False if there may be more. */
  readonly isComplete: boolean;
}

/** Keys that begin with `prefix`, in alphabetical order: some of them, if there are many. */
export async function listKeys(tier: TierBackend, prefix: string): Promise<ListedKeys> {
  const found = new Set<string>();
  const end = performance.now() + MOST_MS;
  let pages = 0;
  for await (const page of tier.keys({ prefix, pageSize: PAGE_SIZE })) {
    for (const key of page) if (!isOwnKey(key)) found.add(key);
    pages += 1;
    const isOver = found.size > MOST_KEYS || pages >= MOST_PAGES || performance.now() > end;
    if (isOver) return { keys: inOrder(found), isComplete: false };
  }
  return { keys: inOrder(found), isComplete: true };
}

function inOrder(keys: ReadonlySet<string>): string[] {
  return [...keys].sort().slice(0, MOST_KEYS);
}
