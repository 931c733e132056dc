export { CAPABILITIES, type Capability } from "./capabilities.ts";
export { CreateError } from "./create-error.ts";
export { createProject, type ProjectOptions } from "./create-project.ts";
export { type ProgramStreams, runProgram, USAGE } from "./program.ts";
