export { frozen, reference } from "./live-formats.ts";
export { type MemoryOptions, memory } from "./memory.ts";
