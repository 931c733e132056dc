export { type BackendConformanceOptions, backendConformance } from "./backend-conformance.ts";
export type { RegisterTest } from "./case.ts";
export type { OpenSpace } from "./scene.ts";
