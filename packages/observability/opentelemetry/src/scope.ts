import { type Context, context, createContextKey, type Span, trace } from "@opentelemetry/api";

const SCOPE = createContextKey("@hitbox/opentelemetry scope");

/** The call that an operation is done for. Its span begins when there is something to be seen under it. */
export interface Scope {
  span(): Span;
  /** A value of so many bytes has been read for the call. */
  noteSize(bytes: number): void;
}

export function within<R>(parent: Context, scope: Scope, run: () => R): R {
  return context.with(parent.setValue(SCOPE, scope), run);
}

export function scopeOf(active: Context): Scope | undefined {
  return active.getValue(SCOPE) as Scope | undefined;
}

/** The parent of spans that begin now: within a call, its span. */
export function parentNow(): Context {
  const active = context.active();
  const scope = scopeOf(active);
  return scope === undefined ? active : trace.setSpan(active.deleteValue(SCOPE), scope.span());
}
