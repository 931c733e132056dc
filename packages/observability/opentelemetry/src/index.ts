export type { KeyAttribute } from "./key-attribute.ts";
export {
  type OpenTelemetryExporter,
  type OpenTelemetryOptions,
  openTelemetry,
} from "./open-telemetry.ts";
export { openTelemetryTraces, type TracesExporter, type TracesOptions } from "./traces.ts";
