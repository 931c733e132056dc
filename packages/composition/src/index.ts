export {
  type CoherenceMessage,
  type CompositionMessages,
  type RefusedRefillMessage,
  subscribeTo,
} from "./channels.ts";
export { type ComposeOptions, compose } from "./compose.ts";
export { optimisticDelete } from "./delete/optimistic.ts";
export { strict } from "./delete/strict.ts";
export type { LoserOptions } from "./loser.ts";
export type { OffloadMessage, OffloadMessages } from "./offload/channels.ts";
export {
  type Offload,
  type OffloadOptions,
  type OffloadTimeout,
  offload,
  type Task,
} from "./offload/offload.ts";
export { type HedgedOptions, hedged } from "./read/hedged.ts";
export { parallel } from "./read/parallel.ts";
export { race } from "./read/race.ts";
export { sequential } from "./read/sequential.ts";
export { always } from "./refill/always.ts";
export { never } from "./refill/never.ts";
export { type TierOptions, tier } from "./tier.ts";
export type {
  DeletePolicy,
  ReadPolicy,
  ReadTiers,
  Refill,
  RefillPolicy,
  Tier,
  Tiers,
  TierWrite,
  WritePolicy,
} from "./tiers.ts";
export { l2First } from "./write/l2-first.ts";
export { optimistic } from "./write/optimistic.ts";
export { raceWrite } from "./write/race.ts";
export { sequentialWrite } from "./write/sequential.ts";
export { writeBehind } from "./write/write-behind.ts";
