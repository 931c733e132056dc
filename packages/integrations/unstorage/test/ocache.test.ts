import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type AnyBackend, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { createBlobStorage, defineCachedFunction, defineCachedHandler } from "ocache";
import { describe, expect, test } from "vitest";
import { type CacheLike, toUnstorage } from "../src/index.ts";
import { VERSIONS } from "./support.ts";

const tiers = () => compose(memory({ maxEntries: 100 }), memory({ maxEntries: 100, format: json() }));

const SOURCES: readonly (readonly [name: string, source: () => AnyBackend | CacheLike])[] = [
  ["tiers", tiers],
  ["a cache", () => createCache({ backend: tiers(), ttl: "1h" })],
];

const ROWS = VERSIONS.flatMap(([version, create]) =>
  SOURCES.map(([name, source]) => [`${version} over ${name}`, () => create(toUnstorage(source()))] as const),
);

// The cache of Nitro 3, over storages as Nitro opens them.
describe.each(ROWS)("%s", (_, open) => {
  test("a cached function of Nitro is called once, and again when its entry is removed", async () => {
    const storage = open();
    let calls = 0;
    const cached = defineCachedFunction(async (city: string) => ({ city, calls: ++calls }), {
      ...{ name: "city", maxAge: 60, getKey: (city: string) => city },
      storage: {
        get: (key) => storage.getItem(key) as Promise<null>,
        set: (key, value, options) => storage.setItem(key, value as never, options),
      },
    });
    expect(await cached("Rome")).toEqual({ city: "Rome", calls: 1 });
    await expect.poll(() => storage.getKeys()).toHaveLength(1);
    expect(await cached("Rome")).toEqual({ city: "Rome", calls: 1 });
    expect(await cached("Oslo")).toEqual({ city: "Oslo", calls: 2 });
    await storage.clear();
    expect(await cached("Rome")).toEqual({ city: "Rome", calls: 3 });
  });
});

test("a cached handler of Nitro keeps its response as bytes in tiers", async () => {
  const [, create] = VERSIONS[0] as (typeof VERSIONS)[0];
  const storage = create(toUnstorage(compose(memory({ maxEntries: 100 }), memory({ maxEntries: 100 }))));
  let calls = 0;
  const handler = defineCachedHandler(() => new Response(Uint8Array.of(255, 0, ++calls)), {
    ...{ name: "bytes", maxAge: 60 },
    storage: createBlobStorage({
      get: async (key) => (await storage.getItemRaw(key)) as Uint8Array | null,
      set: (key, value, options) =>
        value === null ? storage.removeItem(key) : storage.setItemRaw(key, value, options),
    }),
  });
  const ask = async (): Promise<number[]> => {
    const response = (await handler({ req: new Request("http://localhost/bytes") })) as Response;
    return [...new Uint8Array(await response.arrayBuffer())];
  };
  expect(await ask()).toEqual([255, 0, 1]);
  await expect.poll(() => storage.getKeys()).toHaveLength(1);
  expect(await ask()).toEqual([255, 0, 1]);
});
