export { type BackendConformanceOptions, backendConformance } from "./backend-conformance.ts";
export type { RegisterTest } from "./case.ts";
export { type CompressorConformanceOptions, compressorConformance } from "./compressor-conformance.ts";
export { type Faulty, faulty } from "./faulty.ts";
export type {
  Fault,
  FaultChances,
  FaultScript,
  FaultyOperation,
  FaultyOptions,
} from "./faulty-options.ts";
export { type FormatConformanceOptions, formatConformance } from "./format-conformance.ts";
export { type ProgramOutput, runProgram } from "./program/run.ts";
export type { RawHooks } from "./raw-hooks.ts";
export type { OpenSpace } from "./scene.ts";
