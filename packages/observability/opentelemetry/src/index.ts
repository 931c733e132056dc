export {
  type OpenTelemetryExporter,
  type OpenTelemetryOptions,
  openTelemetry,
} from "./open-telemetry.ts";
