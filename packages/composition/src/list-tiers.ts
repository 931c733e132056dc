import { BackendError, type KeysOptions } from "@hitbox/core";
import type { OwnTiers } from "./composed.ts";
import type { OrderedTier } from "./order/ordered-tier.ts";

type Pages = AsyncGenerator<readonly string[], void, undefined>;

/** Most keys of L1 that are remembered, so that L2 does not list them again. */
const MOST_KNOWN = 100_000;

/**
 * Lists the keys of both tiers. L1 comes first: it may hold entries that L2 has refused, has lost, or has not
 * received yet. L2 lists the keys of L1 again beyond the first 100,000. `checkOpen` throws after a close.
 */
export async function* listTiers(
  { l1, l2 }: OwnTiers,
  options: KeysOptions | undefined,
  checkOpen: () => void,
): Pages {
  const known = new Set<string>();
  if (l2.backend.supports.keys) {
    for await (const page of pagesOfFirst(l1, options)) {
      for (const key of page) if (known.size < MOST_KNOWN) known.add(key);
      yield page;
      checkOpen();
    }
  }
  for await (const page of l2.backend.keys(options)) {
    yield known.size === 0 ? page : page.filter((key) => !known.has(key));
    checkOpen();
  }
}

/** Nothing, if the tier cannot list, or is not to be read. */
async function* pagesOfFirst(l1: OrderedTier, options: KeysOptions | undefined): Pages {
  if (l1.isBypassed) return;
  try {
    yield* l1.backend.keys(options);
  } catch (error) {
    if (!BackendError.is(error) || error.code !== "unsupported") throw error;
  }
}
