import type { Background } from "./background.ts";
import type { Checks } from "./entries.ts";
import type { Stores } from "./stores.ts";

/** What every scenario is given. */
export interface World {
  readonly stores: Stores;
  readonly checks: Checks;
  readonly background: Background;
}

/** Rows that need a Redis that hangs; none where the server is not ours to stop. */
export async function whileStopped<Row>(
  { stores }: World,
  run: () => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  return stores.whileStopped ? stores.whileStopped(run) : [];
}
