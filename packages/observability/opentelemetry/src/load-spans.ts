import {
  type Attributes,
  context,
  type Link,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { LoadEnd, LoadingMessage } from "./activities.ts";
import { errorAttributes, placeOf } from "./attributes.ts";
import { parentNow } from "./scope.ts";

/** Spans of loads: under the call that has begun them, and linked to by calls that wait for them. */
export class LoadSpans {
  readonly #tracer: Tracer;
  readonly #keyOf: (key: string | undefined) => Attributes;
  readonly #begun = new WeakMap<object, SpanContext>();

  constructor(tracer: Tracer, keyOf: (key: string | undefined) => Attributes) {
    this.#tracer = tracer;
    this.#keyOf = keyOf;
  }

  begin(load: LoadingMessage): void {
    const parent = parentNow();
    const span = this.#start(load, trace.getSpanContext(parent));
    this.#begun.set(load.load, span.spanContext());
    const inside = trace.setSpan(parent, span);
    load.runBy((run) => context.with(inside, run));
    load.whenEnded((end) => endLoad(span, end));
  }

  /** A refresh goes on after its call: it is a trace of its own, with a link to the call. */
  #start(load: LoadingMessage, call: SpanContext | undefined): Span {
    const { entity, cache, isRefresh } = load;
    const attributes = { ...placeOf(load), ...this.#keyOf(load.key), "hitbox.refresh": isRefresh };
    const name = `load ${entity === "" ? cache : entity}`;
    if (!isRefresh) return this.#tracer.startSpan(name, { attributes }, parentNow());
    const links: Link[] = call ? [{ context: call }] : [];
    return this.#tracer.startSpan(name, { attributes, links, root: true }, parentNow());
  }

  linkTo(load: object, span: Span): void {
    const begun = this.#begun.get(load);
    if (begun) span.addLink({ context: begun, attributes: { "hitbox.link": "load" } });
  }
}

function endLoad(span: Span, { outcome, error }: LoadEnd): void {
  span.setAttribute("hitbox.outcome", outcome);
  if (error !== undefined) {
    span.setAttributes(errorAttributes(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
