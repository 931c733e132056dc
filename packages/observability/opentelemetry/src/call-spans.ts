import { type Attributes, context, type Span, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { CallEnd, CallMessage } from "./activities.ts";
import { errorAttributes, placeOf } from "./attributes.ts";
import type { LoadSpans } from "./load-spans.ts";
import { type Scope, within } from "./scope.ts";

/** Spans of calls. A call that memory answers at once has none. */
export class CallSpans {
  readonly #tracer: Tracer;
  readonly #keyOf: (key: string | undefined) => Attributes;
  readonly #loads: LoadSpans;

  constructor(tracer: Tracer, keyOf: (key: string | undefined) => Attributes, loads: LoadSpans) {
    this.#tracer = tracer;
    this.#keyOf = keyOf;
    this.#loads = loads;
  }

  begin(call: CallMessage): void {
    const parent = context.active();
    const startTime = Date.now();
    let span: Span | undefined;
    const begun = (): Span => {
      span ??= this.#tracer.startSpan(
        nameOf(call),
        { startTime, attributes: this.#attributes(call) },
        parent,
      );
      return span;
    };
    const scope: Scope = {
      span: begun,
      noteSize: (bytes) => begun().setAttribute("cache.item_size", bytes),
    };
    call.runBy((run) => within(parent, scope, run));
    call.whenEnded((end) => {
      if (end.waitedFor.length > 0) begun();
      if (span) this.#end(span, end);
    });
  }

  #attributes(call: CallMessage): Attributes {
    return { "sentry.op": "cache.get", ...placeOf(call), ...this.#keyOf(call.key) };
  }

  #end(span: Span, { status, waitedFor, error }: CallEnd): void {
    if (status !== undefined) {
      span.setAttribute("cache.hit", status === "hit" || status === "stale");
      span.setAttribute("hitbox.status", status);
    }
    for (const load of waitedFor) this.#loads.linkTo(load, span);
    if (error !== undefined) {
      span.setAttributes(errorAttributes(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}

function nameOf({ operation, entity, cache }: CallMessage): string {
  return `${operation} ${entity === "" ? cache : entity}`;
}
