import {
  type Backend,
  BackendError,
  type BackendSupports,
  type CacheBackend,
  cacheBackend,
  cacheValue,
  deleted,
  type Format,
  json,
  type MaybePromise,
  missing,
  passthrough,
  type StoredValue,
  text,
} from "@hitbox/core";
import { PLAIN_SUPPORTS } from "@hitbox/test-support";

type Stored = StoredValue<unknown>;
type Operation = "read" | "write" | "remove";

/** A store in a Map of which every operation can be made to fail or to wait. */
export interface Tier extends Backend<unknown> {
  readonly entries: Map<string, Stored>;
  readonly calls: Operation[];
  /** Operations that fail from now on. */
  readonly failing: Set<Operation>;
  /** Makes operations wait for the promise that this returns. */
  gate: (operation: Operation) => MaybePromise<void>;
}

export interface TierOptions {
  readonly answers?: "now" | "later";
  readonly format?: Format<unknown>;
  readonly supports?: Partial<BackendSupports>;
}

export function tier(
  label: string,
  { answers = "now", format = json(), supports = {} }: TierOptions = {},
): Tier {
  const entries = new Map<string, Stored>();
  const calls: Operation[] = [];
  const failing = new Set<Operation>();
  const act = <R>(operation: Operation, action: () => R): R => {
    if (failing.has(operation)) throw new BackendError("connection", "down");
    return action();
  };
  const run = <R>(operation: Operation, action: () => R): MaybePromise<R> => {
    calls.push(operation);
    const gate = made.gate(operation);
    if (gate instanceof Promise) return gate.then(() => act(operation, action));
    return answers === "later"
      ? Promise.resolve().then(() => act(operation, action))
      : act(operation, action);
  };
  const made: Tier = {
    label,
    supports: Object.freeze({ ...PLAIN_SUPPORTS, ...supports }),
    keyFormat: text(),
    valueFormat: format,
    compressor: passthrough(),
    entries,
    calls,
    failing,
    gate: () => undefined,
    read: (key) => run("read", () => entries.get(key)),
    write: (key, value) => run("write", () => void entries.set(key, value)),
    remove: (key) => run("remove", () => (entries.delete(key) ? deleted() : missing())),
    clear: () => run("remove", () => entries.clear()),
    close: () => undefined,
  };
  return made;
}

/** What a tier holds under a key, past any failure that it was told to have. */
export function held(store: Tier, key: string): unknown {
  const entry = store.entries.get(key);
  return entry && store.valueFormat.deserialize(entry.payload);
}

/** Puts an entry into a tier without the composition. */
export function put(
  store: Tier,
  key: string,
  data: unknown,
  options: Parameters<typeof cacheValue>[1] = {},
): void {
  const direct: CacheBackend = cacheBackend({
    ...store,
    write: (at, value) => void store.entries.set(at, value),
  });
  void direct.set(key, cacheValue(data, options));
}
