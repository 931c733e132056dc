import { type BackendMessage, checkKnown, checkOption } from "@hitbox/core";
import { subscribeTo } from "@hitbox/core/tier";
import { type TracerProvider, trace } from "@opentelemetry/api";
import type { CallMessage, LoadingMessage } from "./activities.ts";
import { CallSpans } from "./call-spans.ts";
import { type KeyAttribute, keyAttribute } from "./key-attribute.ts";
import { LoadSpans } from "./load-spans.ts";
import { OperationSpans } from "./operation-spans.ts";

export interface TracesOptions {
  /** Default: the one that your SDK has registered. */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * The attribute `cache.key`: none, the first 16 digits of the key's SHA-256, or the key itself. Default:
   * `none`, since keys may hold personal data.
   */
  readonly keys?: KeyAttribute | undefined;
}

export interface TracesExporter extends Disposable {
  /** Makes no more spans. Those that have begun end. */
  stop(): void;
}

const OPERATIONS = { fetch: "read", write: "write", remove: "remove" } as const;

/**
 * Makes spans of the calls that leave memory, of loads, and of the operations of backends, for all caches of
 * the process. Spans that a loader makes are children of its load's. Call it when your SDK has started.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const traces = openTelemetryTraces({ keys: "hashed" });
 * traces.stop();
 */
export function openTelemetryTraces(options: TracesOptions = {}): TracesExporter {
  checkKnown("openTelemetryTraces", options, ["tracerProvider", "keys"]);
  const { tracerProvider = trace.getTracerProvider(), keys = "none" } = options;
  const isProvider = typeof tracerProvider?.getTracer === "function";
  checkOption(isProvider, "tracerProvider", tracerProvider, "must be a TracerProvider of OpenTelemetry");
  const tracer = tracerProvider.getTracer("@hitbox/opentelemetry");
  const keyOf = keyAttribute(keys);
  const loads = new LoadSpans(tracer, keyOf);
  const calls = new CallSpans(tracer, keyOf, loads);
  const operations = new OperationSpans(tracer, keyOf);
  const stops = [
    subscribeTo("hitbox:cache:call", (call: CallMessage) => calls.begin(call)),
    subscribeTo("hitbox:cache:loading", (load: LoadingMessage) => loads.begin(load)),
    ...Object.entries(OPERATIONS).map(([channel, operation]) =>
      subscribeTo(`hitbox:backend:${channel}`, (message: BackendMessage) =>
        operations.ended(operation, message),
      ),
    ),
  ];
  const stop = (): void => {
    for (const end of stops.splice(0)) end();
  };
  return { stop, [Symbol.dispose]: stop };
}
