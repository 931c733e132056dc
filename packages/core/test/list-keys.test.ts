import { cacheBackend, cacheValue, hashed, type KeyFormat, text, urlEncoded } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { anyCharacter, assertProperty, collected } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const near = (keyFormat: KeyFormat = text()) => memory({ maxEntries: 1_000, keyFormat });

async function listed(backend: Parameters<typeof cacheBackend>[0], prefix = ""): Promise<string[]> {
  return (await collected(cacheBackend(backend).keys({ prefix }))).flat().sort();
}

const awkward = fc.constantFrom(".", "..", ".a", "%3A.", "🚀", "\ud83d", "é", "a/b", ":");
const key = fc.oneof(fc.string({ unit: anyCharacter(fc), minLength: 1, maxLength: 4 }), awkward);
const prefix = fc.oneof(fc.string({ unit: anyCharacter(fc), maxLength: 2 }), awkward);

describe("a listing of texts", () => {
  it.each([text(), urlEncoded()])(
    "has the keys that begin with any text, in the format $id",
    async (format) => {
      await assertProperty(
        fc.asyncProperty(fc.uniqueArray(key, { maxLength: 10 }), prefix, async (keys, start) => {
          const store = near(format);
          for (const one of keys) await cacheBackend(store).set(one, cacheValue(1));
          expect(await listed(store, start)).toEqual(keys.filter((one) => one.startsWith(start)).sort());
        }),
      );
    },
  );

  it("leaves out keys that others have written in another form", async () => {
    const store = near(urlEncoded());
    await cacheBackend(store).set("é", cacheValue(1));
    for (const foreign of ["%c3%a9", "%", "%zz", "a b"]) store.write(foreign, store.read("%C3%A9") as never);
    expect(await listed(store)).toEqual(["é"]);
  });

  it("has each key once a page", async () => {
    const store = near();
    await cacheBackend(store).set("key", cacheValue(1));
    const twice = { ...store, keys: () => ({ keys: ["key", "key"], cursor: undefined }) };
    Object.assign(twice, { read: store.read, write: store.write, remove: store.remove });
    expect(await listed(twice)).toEqual(["key"]);
  });
});

describe("a listing", () => {
  it("is refused with the format's name, if its keys cannot be read back", async () => {
    const listing = listed(near(hashed()));
    await expect(listing).rejects.toMatchObject({ code: "unsupported", backend: "memory" });
    await expect(listing).rejects.toThrow(/keys of the format hashed cannot be read back/);
  });

  it("is refused if the store does not declare it", async () => {
    await expect(listed(mapBackend())).rejects.toMatchObject({ code: "unsupported" });
  });

  it("fails if the store answers with the cursor that it was given", async () => {
    const store = near();
    Object.assign(store, { keys: () => ({ keys: [], cursor: "same" }) });
    await expect(listed(store)).rejects.toMatchObject({ code: "internal" });
  });

  it.each([{ prefix: 1 }, { pageSize: 0 }, { pageSize: 10_001 }, { limit: 1 }])(
    "throws at once for %o",
    (wrong) => {
      expect(() => cacheBackend(near()).keys(wrong as never)).toThrow(TypeError);
    },
  );
});

it("a listing of a store in the process lets others have their turn", async () => {
  const backend = cacheBackend(near());
  for (let index = 0; index < 10; index++) await backend.set(`key-${index}`, cacheValue(index));
  let turns = 0;
  const turn = (): void => {
    turns += 1;
  };
  for await (const _ of backend.keys({ pageSize: 1 })) setImmediate(turn);
  expect(turns).toBeGreaterThanOrEqual(9);
});
