import { type Compressor, cacheBackend, cacheValue, gzip, type MaybePromise } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

/** Compresses large payloads when told to. */
function held(): { readonly compressor: Compressor; release(): void } {
  const gates: (() => void)[] = [];
  const compressLarge = (bytes: Uint8Array): MaybePromise<Uint8Array> =>
    new Promise((resolve) => gates.push(() => resolve(gzip().compress(bytes))));
  return {
    compressor: { ...gzip({ minBytes: 1_000 }), compressLarge },
    release: () => {
      for (const gate of gates.splice(0)) gate();
    },
  };
}

const large = "old ".repeat(1_000);

function setUp() {
  const { compressor, release } = held();
  const store = mapBackend({ compressor, supports: { writeMany: { max: 9 }, removeMany: { max: 9 } } });
  return { store, release, backend: cacheBackend(store, { offThreadBytes: 1_000 }) };
}

describe("while an older value is still being compressed", () => {
  test("a newer set of the key waits its turn, and wins", async () => {
    const { backend, release } = setUp();
    const older = backend.set("k", cacheValue(large));
    const newer = backend.set("k", cacheValue("new"));
    release();
    await Promise.all([older, newer]);
    expect((await backend.get("k"))?.data).toBe("new");
  });

  test("a delete of the key waits its turn, and wins", async () => {
    const { backend, store, release } = setUp();
    const older = backend.set("k", cacheValue(large));
    const removed = backend.delete("k");
    release();
    await older;
    // The set was not sent any more, so that there was nothing to delete.
    expect(await removed).toEqual({ status: "missing" });
    expect(store.calls).toEqual(["remove k"]);
  });

  test("batches wait their turn too", async () => {
    const { backend, store, release } = setUp();
    const steps = [
      backend.set("a", cacheValue(large)),
      backend.setMany([["a", cacheValue(1)], ["b", cacheValue(large)]]), // biome-ignore format: one line
      backend.deleteMany(["b", "c"]),
      backend.set("c", cacheValue("c")),
    ];
    await Promise.resolve();
    release();
    await Promise.all(steps);
    expect([...store.entries.keys()].sort()).toEqual(["a", "c"]);
    expect((await backend.get("a"))?.data).toBe(1);
  });

  test("other keys do not wait", () => {
    const { backend, store } = setUp();
    void backend.set("k", cacheValue(large));
    backend.set("other", cacheValue(1));
    expect(store.calls).toEqual(["write other"]);
  });

  test("a close waits for it", async () => {
    const { backend, store, release } = setUp();
    void backend.set("k", cacheValue(large));
    const closed = backend.close();
    release();
    await closed;
    expect(store.calls).toEqual(["write k", "close"]);
  });
});

describe("a set that could not be compressed", () => {
  test("fails alone and does not let later writes overtake earlier ones", async () => {
    const gates: { resolve(): void; reject(error: Error): void }[] = [];
    const compressLarge = (bytes: Uint8Array): Promise<Uint8Array> =>
      new Promise((resolve, reject) =>
        gates.push({ resolve: () => resolve(gzip().compress(bytes)), reject }),
      );
    const store = mapBackend({ compressor: { ...gzip({ minBytes: 1_000 }), compressLarge } });
    const backend = cacheBackend(store, { offThreadBytes: 1_000 });
    const [first, second] = [backend.set("k", cacheValue(large)), backend.set("k", cacheValue(`${large}2`))];
    const third = backend.set("k", cacheValue("third"));
    gates[1]?.reject(new Error("no memory"));
    await new Promise(setImmediate);
    expect(store.calls).toEqual([]);
    gates[0]?.resolve();
    await first;
    await expect(second).rejects.toMatchObject({ code: "compression" });
    await third;
    expect((await backend.get("k"))?.data).toBe("third");
  });
});
