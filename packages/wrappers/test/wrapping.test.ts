import { type Backend, cacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { circuitBreaker, deadline, prefixed, readOnly, retry, shadow, switchable } from "../src/index.ts";
import { bytes, withBatches } from "./support.ts";

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;

const WRAPPERS: Readonly<Record<string, Wrap>> = {
  deadline: (backend) => deadline(backend, { after: 1_000 }),
  circuitBreaker: (backend) => circuitBreaker(backend),
  retry: (backend) => retry(backend),
  prefixed: (backend) => prefixed(backend, "tenant:"),
  switchable: (backend) => switchable(backend),
  shadow: (backend) => shadow(backend, memory({ maxEntries: 10, format: backend?.valueFormat })),
  readOnly: (backend) => readOnly(backend),
};

const OPTIONAL = ["readMany", "writeMany", "removeMany", "clear", "classify", "close"] as const;
/** What a wrapper does not hand on as it is, by design. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  retry: ["close"],
  shadow: ["close"],
  prefixed: ["clear"],
  readOnly: ["writeMany", "removeMany", "clear"],
};

describe.each(Object.entries(WRAPPERS))("%s", (name, wrap) => {
  it("refuses what is no raw backend, and says what to wrap", () => {
    const typed = cacheBackend(bytes()) as unknown as Backend<unknown>;
    expect(() => wrap(typed)).toThrow(TypeError);
    expect(() => wrap(typed)).toThrow(/wrap the raw backend/);
    for (const nothing of [undefined, null, {}, "redis"]) {
      expect(() => wrap(nothing as never)).toThrow(/^backend must be a backend/);
    }
  });

  it("says of itself what the backend says", () => {
    const store = memory({ maxEntries: 1, label: "mine" });
    const { label, keyFormat, valueFormat, compressor } = wrap(store);
    expect({ label, keyFormat, valueFormat, compressor }).toEqual({
      label: "mine",
      keyFormat: store.keyFormat,
      valueFormat: store.valueFormat,
      compressor: store.compressor,
    });
    if (OWN[name] === undefined || ["retry", "shadow"].includes(name))
      expect(wrap(store).supports).toBe(store.supports);
  });

  it("has the optional methods that the backend has, and no others", () => {
    const bare = withBatches(bytes());
    for (const method of OPTIONAL) Reflect.deleteProperty(bare, method);
    const full = { ...withBatches(bytes()), classify: () => undefined, close: () => undefined };
    for (const method of OPTIONAL.filter((each) => !OWN[name]?.includes(each))) {
      expect(wrap(bare), method).not.toHaveProperty(method);
      expect(wrap(full), method).toHaveProperty(method);
    }
  });

  it("hands classify and close on to the backend, with its own this", async () => {
    const store = Object.assign(withBatches(bytes()), {
      closed: vi.fn(),
      classify(error: unknown) {
        return error === this.closed ? ("timeout" as const) : undefined;
      },
      close() {
        this.closed();
      },
    });
    const wrapped = wrap(store);
    expect(wrapped.classify?.(store.closed)).toBe("timeout");
    expect(wrapped.classify?.(new Error("other"))).toBeUndefined();
    await cacheBackend(wrapped).close();
    expect(store.closed).toHaveBeenCalledTimes(1);
  });

  it("hands on the very entry of a live tier, so that a hit costs no copy", async () => {
    const store = memory({ maxEntries: 10 });
    const value = cacheValue({ id: 42 });
    for (const key of ["key", "tenant:key"]) await cacheBackend(store).set(key, value);
    const context = cacheContext();
    const wrapped = cacheBackend(wrap(store));
    expect(await wrapped.get("key", context)).toBe(await wrapped.get("key"));
    expect(context.source).toBe("memory");
  });
});
