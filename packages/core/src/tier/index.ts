export { guardedListener } from "../guarded-listener.ts";
export { KeyedQueue } from "../keyed-queue.ts";
export { nextTick } from "../next-tick.ts";
export { holdBackend } from "../pipeline/holders.ts";
export { subscribeTo } from "../subscribe-to.ts";
export { asTier } from "./as-tier.ts";
export { DelegatingTier } from "./delegating-tier.ts";
export { pathWithin } from "./path-within.ts";
export { isTierBackend, type TierBackend } from "./tier-backend.ts";
