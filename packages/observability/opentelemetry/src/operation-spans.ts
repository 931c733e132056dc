import type { BackendMessage } from "@hitbox/core";
import { type Attributes, context, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { errorAttributes } from "./attributes.ts";
import { parentNow, scopeOf } from "./scope.ts";

type Operation = "read" | "write" | "remove";

/** Names of database systems of OpenTelemetry by the labels that adapters have by default. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ["redis", "redis"],
  ["dynamodb", "aws.dynamodb"],
  ["memcached", "memcached"],
  ["mysql", "mysql"],
  ["postgres", "postgresql"],
  ["sqlite", "sqlite"],
]);

const SENTRY = { read: "cache.get", write: "cache.put", remove: "cache.remove" } as const;

/** Spans of the operations of backends, made when they have ended. Hits in memory have none. */
export class OperationSpans {
  readonly #tracer: Tracer;
  readonly #keyOf: (key: string | undefined) => Attributes;

  constructor(tracer: Tracer, keyOf: (key: string | undefined) => Attributes) {
    this.#tracer = tracer;
    this.#keyOf = keyOf;
  }

  ended(operation: Operation, message: BackendMessage): void {
    const { backend, bytes, durationMs, error, hit, key, purpose } = message;
    // Memory drops a copy for each change of another process: every span would be a trace of its own.
    if (purpose === "coherence") return;
    const end = Date.now();
    const system = systemOf(backend);
    const attributes: Attributes = {
      ...{ "hitbox.backend": backend, "hitbox.purpose": purpose, "sentry.op": SENTRY[operation] },
      ...(system === undefined ? {} : { "db.system.name": system, "db.operation.name": operation }),
      ...(hit === undefined ? {} : { "cache.hit": hit }),
      ...(bytes === undefined ? {} : { "cache.item_size": bytes }),
      ...(error === undefined ? {} : errorAttributes(error)),
      ...this.#keyOf(key),
    };
    if (hit && bytes !== undefined && purpose === "value") scopeOf(context.active())?.noteSize(bytes);
    const kind = system === undefined ? SpanKind.INTERNAL : SpanKind.CLIENT;
    const startTime = end - durationMs;
    const span = this.#tracer.startSpan(
      `${operation} ${backend}`,
      { kind, startTime, attributes },
      parentNow(),
    );
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(end);
  }
}

/** `memory>redis.redis` is a tier with the label `redis`. */
function systemOf(path: string): string | undefined {
  return SYSTEMS.get(path.slice(path.lastIndexOf(".") + 1));
}
