import { quickly } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { backendConformance, type RawHooks } from "../src/index.ts";
import { noiseKey } from "../src/sample.ts";
import { collect, failureOfCase } from "./support/collect.ts";
import { type Disk, MapBackend } from "./support/map-backend.ts";
import { hooksOf } from "./support/native-backend.ts";

describe.concurrent.each(quickly([78, 30], 1))("with keys of %i bytes at most", (maxKeyBytes) => {
  const disk: Disk = new Map();
  class Short extends MapBackend {
    override readonly supports = Object.freeze({
      ...new MapBackend(new Map(), "").supports,
      maxKeyBytes,
    });
  }
  backendConformance({ test, open: (space) => new Short(disk, space) });
});

test("no space is opened twice for an ending that the kit tries anyway", async () => {
  const opened: string[] = [];
  const cases = collect((register) =>
    backendConformance({
      test: register,
      awkwardSpaces: ["_", "*", "*"],
      open: (space) => {
        opened.push(space);
        return new MapBackend(new Map(), space);
      },
    }),
  );
  await cases.get("clear leaves every other space alone")?.();
  expect(new Set(opened).size).toBe(opened.length);
});

test("a long key cannot be shrunk, and is as long as it was asked to be", () => {
  for (const bytesEach of [1, 2, 3, 4] as const) {
    const key = noiseKey(2_000, bytesEach);
    expect(Buffer.byteLength(key)).toBe(2_000 * bytesEach);
    expect(new Set(key).size).toBeGreaterThan(60);
  }
});

/** The message of the case with that name. */
async function messageOf(name: string, Backend: typeof MapBackend): Promise<string> {
  const disk: Disk = new Map();
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new Backend(disk, space) }),
  );
  return String(await failureOfCase(cases, name));
}

describe("a message", () => {
  test("names the space that a clear has reached", async () => {
    class ClearsAll extends MapBackend {
      override async clear(): Promise<void> {
        this.disk.clear();
      }
    }
    const message = await messageOf("clear leaves every other space alone", ClearsAll);
    expect(message).toMatch(/after a clear of the space "(k\w+-\d+)", in the space "\1x": the entry under/);
  });

  test("names the step of a long run, its seed, and the key", async () => {
    class ForgetsA extends MapBackend {
      override read(key: string): ReturnType<MapBackend["read"]> {
        return super.read(key === "a:b" ? "none" : key);
      }
    }
    const message = await messageOf("a long run of all operations agrees with a Map at every step", ForgetsA);
    expect(message).toMatch(/step \d+ of the run with seed 11, get(Many)?: the entry under "a:b" should be/);
  });

  test("names the key of a batch that was answered wrongly", async () => {
    class Deletes extends MapBackend {
      override removeMany(keys: readonly string[]): ReturnType<MapBackend["removeMany"]> {
        return super.removeMany(keys.map((key) => (key === "key-4" ? "none" : key)));
      }
    }
    const name = "removeMany takes as many keys as declared and answers in their order";
    expect(await messageOf(name, Deletes)).toContain(
      'in a batch should be answered with {"status":"deleted","count":1}, not with {"status":"missing"}',
    );
  });

  test("says that a write was answered before it was done", async () => {
    class Early extends MapBackend {
      override async write(key: string, value: Parameters<MapBackend["write"]>[1]): Promise<void> {
        setTimeout(() => void super.write(key, value), 5);
      }
    }
    const message = await messageOf("data comes back as it was set", Early);
    expect(message).toContain("its write was answered before it was done");
  });

  test("says that a limit on keys is not declared", async () => {
    class Index extends MapBackend {
      override readonly supports = Object.freeze({
        ...new MapBackend(new Map(), "").supports,
        maxKeyBytes: undefined,
      });

      override async write(key: string, value: Parameters<MapBackend["write"]>[1]): Promise<void> {
        if (Buffer.byteLength(key) > 2_704) throw new Error("index row size exceeds maximum");
        await super.write(key, value);
      }
    }
    const name = "a key as long as the limit is kept, and a longer one is refused as too-large";
    expect(await messageOf(name, Index)).toMatch(
      /no maxKeyBytes is declared, and a key of 65535 bytes fails: .*index row size/,
    );
  });
});

describe("a case that cannot be run", () => {
  const named = (raw: RawHooks): string[] => [
    ...collect((register) =>
      backendConformance({ test: register, open: (space) => new MapBackend(new Map(), space), raw }),
    ).keys(),
  ];

  test("is named with the hook that it needs", () => {
    const name =
      "NOT CHECKED without raw.timeToLive: the store itself keeps an entry without an end for ever";
    expect(named({})).toContain(name);
    expect(named({ timeToLive: () => 1 })).not.toContain(name);
    expect(named({})).toHaveLength(named(hooksOf(new Map())).length);
  });

  test("has a name for each hook that is left out", () => {
    const unchecked = named({}).filter((name) => name.startsWith("NOT CHECKED"));
    for (const hook of Object.keys(hooksOf(new Map())))
      expect(
        unchecked.some((name) => name.includes(`raw.${hook}`)),
        hook,
      ).toBe(true);
    expect(named(hooksOf(new Map())).filter((name) => name.startsWith("NOT CHECKED"))).toEqual([]);
  });
});

test("a case that fails after a plainer one names the plainer one", async () => {
  class ForgetsAll extends MapBackend {
    override async read(): Promise<undefined> {}
  }
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new ForgetsAll(new Map(), space) }),
  );
  const first = await failureOfCase(cases, "data comes back as it was set");
  const later = await failureOfCase(cases, "a deleted key can be set again");
  expect(String(first)).not.toContain("Look first at");
  expect(String(later)).toContain('Look first at "data comes back as it was set".');
  expect((later as Error).stack).toContain("Look first at");
});
