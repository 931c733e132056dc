export { type MemoryMessage, type MemoryMessages, subscribeTo } from "./channels.ts";
export type { EvictReason } from "./entries.ts";
export type { MeasuredFormat } from "./entry-bytes.ts";
export { frozen, reference } from "./live-formats.ts";
export { type MemoryOptions, memory } from "./memory.ts";
export type { MemoryBackend } from "./memory-backend.ts";
export type { MemoryStats } from "./memory-stats.ts";
export type { OnEvict } from "./on-evict.ts";
