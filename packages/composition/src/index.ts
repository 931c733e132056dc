export { type ComposeOptions, compose } from "./compose.ts";
export { sequential } from "./read/sequential.ts";
export type { ReadPolicy, ReadTiers, Refill, Tiers, TierWrite, WritePolicy } from "./tiers.ts";
export { optimistic } from "./write/optimistic.ts";
export { sequentialWrite } from "./write/sequential.ts";
