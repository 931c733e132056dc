import { type CacheContext, cacheContext } from "@hitbox/core";

/** Explains one call: the tiers fill it in. */
export interface CallContext extends CacheContext {
  /** Milliseconds of `performance.now()` at which the call began. */
  readonly began: number;
}

export function callContext(): CallContext {
  return { ...cacheContext(), began: performance.now() };
}

/** Label path of the tier that has answered. */
export function tierOf(context: CacheContext | undefined): string | undefined {
  return context === undefined || context.source === "upstream" ? undefined : context.source;
}

/** Label paths of the tiers that have taken the value of the call. */
export function tiersWith(context: CacheContext | undefined): readonly string[] {
  const written = context?.tiers.filter(
    ({ operation, purpose, status }) => operation === "write" && purpose === "value" && status === "ok",
  );
  return written?.map(({ tier }) => tier) ?? [];
}
