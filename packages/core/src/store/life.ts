import type { Life } from "./store.ts";

/** The life of bytes that are to end at `until`, an epoch millisecond. Undefined: they do not end. */
export function lifeUntil(until: number | undefined, now: number): Life {
  if (until === undefined) return FOR_EVER;
  const ms = Math.max(1, until - now);
  return { ms, seconds: Math.ceil(ms / 1_000), until };
}

const FOR_EVER: Life = Object.freeze({ ms: undefined, seconds: undefined, until: undefined });
