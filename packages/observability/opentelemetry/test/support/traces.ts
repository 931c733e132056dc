import { openTelemetryTraces, type TracesOptions } from "@hitbox/opentelemetry";
import { context, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { onTestFinished } from "vitest";

export interface Traces {
  readonly tracer: Tracer;
  readonly stop: () => void;
  /** The finished spans so far, in the order of their ends. */
  spans(): readonly ReadableSpan[];
  /** The one span of a name. */
  span(name: string): ReadableSpan;
  /** Names of the spans, each with those of its parents: `get memory < request`. */
  tree(): string[];
}

/** Traces into memory, by a real SDK, until the test ends. */
export function openTraces(options: TracesOptions = {}): Traces {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const traces = openTelemetryTraces({ ...options, tracerProvider });
  onTestFinished(() => {
    traces.stop();
    context.disable();
  });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  const pathOf = (span: ReadableSpan): string => {
    const parent = spans().find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
    return parent ? `${span.name} < ${pathOf(parent)}` : span.name;
  };
  return {
    tracer: tracerProvider.getTracer("test"),
    stop: () => traces.stop(),
    spans,
    span: (name) => {
      const [one, ...more] = spans().filter((span) => span.name === name);
      if (one === undefined || more.length > 0) throw new Error(`${more.length} more than one of ${name}`);
      return one;
    },
    tree: () => spans().map(pathOf),
  };
}
