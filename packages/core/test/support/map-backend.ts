import {
  type AdapterOptions,
  adapterParts,
  type Backend,
  type BackendSupports,
  type DeleteStatus,
  deleted,
  json,
  type MaybePromise,
  missing,
  type StoredValue,
} from "@hitbox/core";
import { PLAIN_SUPPORTS } from "@hitbox/test-support";

type Stored = StoredValue<unknown>;

export interface MapBackend extends Backend<unknown> {
  readonly entries: Map<string, Stored>;
  /** Every call of the contract, in order, as `read a` or `readMany a,b`. */
  readonly calls: string[];
  /** What each call passes through before it touches the map: throw, delay, or nothing. */
  before: (call: string) => MaybePromise<void>;
}

export interface MapOptions extends AdapterOptions<unknown> {
  readonly supports?: Partial<BackendSupports>;
  /** Whether answers come as promises. Default: `now`. */
  readonly answers?: "now" | "later";
}

/** A store of bytes in a Map that notes every call. */
export function mapBackend(options: MapOptions = {}): MapBackend {
  const { supports = {}, answers = "now", ...rest } = options;
  const entries = new Map<string, Stored>();
  const calls: string[] = [];
  const run = <R>(call: string, action: () => R): MaybePromise<R> => {
    calls.push(call);
    const gate = backend.before(call);
    if (gate instanceof Promise) return gate.then(action);
    return answers === "later" ? Promise.resolve().then(action) : action();
  };
  const removeNow = (key: string): DeleteStatus => (entries.delete(key) ? deleted() : missing());
  const backend: MapBackend = {
    ...adapterParts<unknown>(rest, { label: "map", format: json(), stores: "anything" }),
    supports: Object.freeze({ ...PLAIN_SUPPORTS, ...supports }),
    entries,
    calls,
    before: () => undefined,
    read: (key) => run(`read ${key}`, () => entries.get(key)),
    write: (key, value) =>
      run(`write ${key}`, () => {
        entries.set(key, value);
      }),
    remove: (key) => run(`remove ${key}`, () => removeNow(key)),
    readMany: (keys) => run(`readMany ${keys}`, () => keys.map((key) => entries.get(key))),
    writeMany: (batch) =>
      run(`writeMany ${batch.map(([key]) => key)}`, () => {
        for (const [key, value] of batch) entries.set(key, value);
      }),
    removeMany: (keys) => run(`removeMany ${keys}`, () => keys.map(removeNow)),
    clear: () => run("clear", () => entries.clear()),
    close: () => run("close", () => undefined),
  };
  return backend;
}
