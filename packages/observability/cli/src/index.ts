export type { Io, Sink } from "./output/output.ts";
export { run } from "./run.ts";
