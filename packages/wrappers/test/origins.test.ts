import { faulty } from "@hitbox/conformance";
import { type Backend, missing, type Origin } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, test } from "vitest";
import { circuitBreaker, deadline, prefixed, readOnly, retry, shadow, switchable } from "../src/index.ts";
import { bytes, entry, withBatches } from "./support.ts";

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;

const WRAPPERS: Readonly<Record<string, Wrap>> = {
  deadline: (backend) => deadline(backend, { after: 1_000 }),
  circuitBreaker: (backend) => circuitBreaker(backend),
  retry: (backend) => retry(backend),
  prefixed: (backend) => prefixed(backend, "tenant:"),
  switchable: (backend) => switchable(backend),
  shadow: (backend) => shadow(backend, memory({ maxEntries: 10, format: backend.valueFormat })),
  faulty: (backend) => faulty(backend, { seed: 1 }),
};
const ORIGIN: Origin = { within: undefined };

test.each(Object.entries(WRAPPERS))("%s hands on for whom an entry is changed", async (name, wrap) => {
  const origins: (Origin | undefined)[] = [];
  const note = <R>(origin: Origin | undefined, answer: R): R => {
    origins.push(origin);
    return answer;
  };
  const store = withBatches(bytes());
  const wrapped = wrap({
    ...store,
    supports: { ...store.supports, lease: true },
    write: (_, __, origin) => note(origin, undefined),
    remove: (_, origin) => note(origin, missing()),
    writeMany: (_, origin) => note(origin, undefined),
    removeMany: (_, origin) => note(origin, [missing()]),
    writeFenced: (_, __, ___, origin) => note(origin, true),
    clear: (origin) => note(origin, undefined),
  });
  await wrapped.write("k", entry("v"), ORIGIN);
  await wrapped.remove("k", ORIGIN);
  await wrapped.writeMany?.([["k", entry("v")]], ORIGIN);
  await wrapped.removeMany?.(["k"], ORIGIN);
  await wrapped.writeFenced?.("k", entry("v"), "fence", ORIGIN);
  await wrapped.clear?.(ORIGIN);
  expect(origins).toEqual(Array.from({ length: name === "prefixed" ? 5 : 6 }, () => ORIGIN));
});

it.each(Object.entries({ ...WRAPPERS, readOnly }))("%s hands it on to who watches", (name, wrap) => {
  const at = name === "prefixed" ? "tenant:k" : "k";
  const heard: unknown[] = [];
  const store = withBatches(bytes());
  const wrapped = wrap({
    ...store,
    supports: { ...store.supports, watch: true },
    watch(listener) {
      listener.lost(ORIGIN);
      listener.restored(ORIGIN);
      listener.changed([at], ORIGIN);
      return () => {};
    },
  });
  wrapped.watch?.({
    lost: (origin) => heard.push(["lost", origin]),
    restored: (origin) => heard.push(["restored", origin]),
    changed: (keys, origin) => heard.push([...keys, origin]),
  });
  expect(heard).toEqual([
    ["lost", ORIGIN],
    ["restored", ORIGIN],
    ["k", ORIGIN],
  ]);
});
