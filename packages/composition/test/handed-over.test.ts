import { cbor } from "@hitbox/cbor";
import { compose, race, tier } from "@hitbox/composition";
import {
  type Backend,
  type CacheBackend,
  type CacheValue,
  cacheBackend,
  cacheValue,
  type Format,
  handOver,
  json,
} from "@hitbox/core";
import { memory, reference } from "@hitbox/memory";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";

// What L2 has decoded for one reader is nobody else's: memory keeps it, frozen, instead of a copy.

interface Data {
  readonly list: number[];
  readonly at?: Date;
}

const bytes = (format: Format = json()): CacheBackend =>
  cacheBackend(memory({ maxEntries: 100, format: format as never, label: "far" }));
const live = (label = "near"): CacheBackend => cacheBackend(memory({ maxEntries: 100, label }));

async function read(backend: CacheBackend): Promise<Data> {
  return (await backend.get<Data>("k"))?.data as Data;
}

/** As `backend`, but its reads wait until the gate is opened. */
function slow(backend: Backend<unknown>, opened: Promise<void>): Backend<unknown> {
  const { label, supports, keyFormat, valueFormat, compressor } = backend;
  return {
    ...{ label, supports: { ...supports, clear: false, lease: false }, keyFormat, valueFormat, compressor },
    read: async (key) => opened.then(() => backend.read(key)),
    write: (key, value) => backend.write(key, value),
    remove: (key) => backend.remove(key),
  };
}

describe("what refills memory", () => {
  test("is what its reader gets, frozen as every later hit", async () => {
    const [near, far] = [live(), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const first = await read(compose(near, far));
    expect(first).toEqual({ list: [1] });
    expect(Object.isFrozen(first) && Object.isFrozen(first.list)).toBe(true);
    expect(await read(near)).toBe(first);
  });

  test("is one object in every tier that keeps live values", async () => {
    const [near, middle, far] = [live(), live("middle"), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const first = await read(compose([near, middle, far]));
    expect(await read(near)).toBe(first);
    expect(await read(middle)).toBe(first);
  });

  test("is handed over to a tier with a shorter life too", async () => {
    const [near, far] = [live(), bytes()];
    await far.set("k", cacheValue({ list: [1] }, { ttl: 60_000 }));
    const first = await read(compose(tier(near, { maxTtl: 1_000 }), far));
    expect(await read(near)).toBe(first);
  });

  test("is copied where it cannot be frozen all through", async () => {
    const [near, far] = [live(), bytes(cbor())];
    await far.set("k", cacheValue({ list: [1], at: new Date(5) }));
    const first = await read(compose(near, far));
    first.at?.setTime(9);
    expect(await read(near)).toEqual({ list: [1], at: new Date(5) });
  });

  test("is copied where its format has frozen some of it, which says nothing of the rest", async () => {
    const shallow: Format = { ...json(), deserialize: (raw) => Object.freeze(json().deserialize(raw)) };
    const [near, far] = [live(), bytes(shallow)];
    await far.set("k", cacheValue({ list: [1] }));
    const first = await read(compose(near, far));
    first.list.push(2);
    expect(await read(near)).toEqual({ list: [1] });
  });

  test("is copied where it is a live value of the tier below", async () => {
    const far = cacheBackend(memory({ maxEntries: 100, format: reference(), label: "far" }));
    const original = { list: [1] };
    await far.set("k", cacheValue(original));
    const near = live();
    expect(await read(compose(near, far))).toBe(original);
    original.list.push(2);
    expect(await read(near)).toEqual({ list: [1] });
  });

  test("is copied by memory above a tier that keeps it by reference", async () => {
    const middle = cacheBackend(memory({ maxEntries: 100, format: reference(), label: "middle" }));
    const [near, far] = [live(), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const first = await read(compose([near, middle, far]));
    first.list.push(2);
    expect(await read(near)).toEqual({ list: [1] });
  });
});

describe("what a reader has already", () => {
  test("is left as it is by a refill that comes later", async () => {
    const opening = gate();
    const [inner, far] = [memory({ maxEntries: 100, label: "near" }), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const backend = compose(slow(inner, opening.opened), far, { read: race() });
    const first = await read(backend);
    opening.open();
    await new Promise(setImmediate);
    expect(await read(cacheBackend(inner))).toEqual({ list: [1] });
    first.list.push(2);
    expect(await read(cacheBackend(inner))).toEqual({ list: [1] });
  });

  test("is not refilled with `never`, nor frozen", async () => {
    const far = bytes();
    await far.set("k", cacheValue({ list: [1] }));
    const first = await read(compose(live(), far, { refill: "never" }));
    first.list.push(2);
    expect(await read(far)).toEqual({ list: [1] });
  });

  test("is not frozen by a tier that is slow to take it", async () => {
    const [near, far] = [live(), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const entry = (await far.get<Data>("k")) as CacheValue<Data>;
    const handed = handOver(entry, () => Promise.resolve(entry));
    await near.set("k", await handed);
    entry.data.list.push(2);
    expect(await read(near)).toEqual({ list: [1] });
  });

  test("is not frozen by a set of the same entry", async () => {
    const [near, far] = [live(), bytes()];
    await far.set("k", cacheValue({ list: [1] }));
    const entry = await far.get<Data>("k");
    await near.set("k", entry as never);
    entry?.data.list.push(2);
    expect(await read(near)).toEqual({ list: [1] });
  });
});
