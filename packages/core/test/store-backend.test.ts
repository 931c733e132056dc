import { describe, expect, it } from "vitest";
import {
  type Backend,
  BackendError,
  cacheBackend,
  cacheValue,
  FENCE_MS,
  type Life,
  STORE_OPTIONS,
  type Store,
  type StoreEntry,
  storeBackend,
} from "../src/index.ts";

const NOW = 1_800_000_000_000;

/** A store in a Map whose calls are noted, with `changed` members. */
function setUp(changed: Partial<Store> = {}, now = () => NOW) {
  const kept = new Map<string, Uint8Array>();
  const lives: Life[] = [];
  const store: Store = {
    ...{ label: "map", shared: false, persistent: false, expiry: "none" },
    get: async (key) => kept.get(key),
    set: async (key, bytes, life) => {
      lives.push(life);
      kept.set(key, bytes);
    },
    delete: async (key) => kept.delete(key),
    ...changed,
  };
  return { kept, lives, store, raw: storeBackend(store, { now, timeout: 20 }) };
}

const typed = (raw: Backend) => cacheBackend(raw, { now: () => NOW });

describe("the life of an entry", () => {
  it.each([
    [1, 1, 1],
    [1_000, 1_000, 1],
    [1_001, 1_001, 2],
    [60_000, 60_000, 60],
  ])("is rounded up: %i ms are %i ms, or %i seconds, to the store", async (ttl, ms, seconds) => {
    const { raw, lives } = setUp();
    await typed(raw).set("k", cacheValue("v", { ttl, now: () => NOW }));
    expect(lives).toEqual([{ ms, seconds, until: NOW + ttl }]);
  });

  it("is whole milliseconds by a clock that has fractions of them", async () => {
    const { lives, store } = setUp();
    const raw = storeBackend(store, { now: () => NOW + 0.25 });
    await typed(raw).set("k", cacheValue("v", { ttl: 1_000, now: () => NOW }));
    expect(lives).toEqual([{ ms: 1_000, seconds: 1, until: NOW + 1_000 }]);
  });

  it("has no end in the store if it has none", async () => {
    const { raw, lives } = setUp();
    await typed(raw).set("k", cacheValue("v"));
    expect(lives).toEqual([{ ms: undefined, seconds: undefined, until: undefined }]);
  });
});

describe("a batch", () => {
  it("goes to the store in the order of its keys, and in parts of `maxBatch`", async () => {
    const sent: (readonly StoreEntry[])[] = [];
    const { raw } = setUp({ maxBatch: 2, setMany: async (entries) => void sent.push(entries) });
    await typed(raw).setMany(["c", "a", "d", "b"].map((key) => [key, cacheValue(key)] as const));
    expect(sent.map((part) => part.map(({ key }) => key))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("goes to the store in parts of `maxBatchBytes`, a larger entry by itself", async () => {
    const sent: (readonly StoreEntry[])[] = [];
    const { raw } = setUp({ maxBatchBytes: 2_048, setMany: async (entries) => void sent.push(entries) });
    const entries = [
      ["a", 800],
      ["b", 800],
      ["c", 800],
      ["d", 5_000],
      ["e", 10],
    ] as const;
    await typed(raw).setMany(entries.map(([key, size]) => [key, cacheValue("x".repeat(size))] as const));
    expect(sent.map((part) => part.map(({ key }) => key))).toEqual([["a", "b"], ["c"], ["d"], ["e"]]);
  });

  it("of removals asks the store for the start of each entry, and for no whole one", async () => {
    const asked: (readonly string[])[] = [];
    const { raw, kept } = setUp({
      maxBatch: 2,
      get: () => Promise.reject(new Error("asked for a whole entry")),
      deleteMany: () => Promise.reject(new Error("deleted unasked")),
      getAndDeleteMany: async (keys) => {
        asked.push(keys);
        return keys.map((key) => kept.get(key)?.subarray(0, 4));
      },
    });
    await typed(raw).setMany([..."abc"].map((key) => [key, cacheValue(key)] as const));
    const statuses = await typed(raw).deleteMany(["a", "none", "b", "c"]);
    expect(statuses.map(({ status }) => status)).toEqual(["deleted", "missing", "deleted", "deleted"]);
    expect(asked).toEqual([
      ["a", "none"],
      ["b", "c"],
    ]);
  });

  it("has at most 16 calls under way over a store without batches", async () => {
    let underWay = 0;
    let most = 0;
    const { raw } = setUp({
      get: async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return undefined;
      },
    });
    await raw.readMany?.(Array.from({ length: 100 }, (_, index) => `${index}`));
    expect(most).toBe(16);
  });

  it("has as many calls under way as the store says", async () => {
    let underWay = 0;
    let most = 0;
    const { raw } = setUp({
      atOnce: 40,
      get: async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return undefined;
      },
    });
    await raw.readMany?.(Array.from({ length: 100 }, (_, index) => `${index}`));
    expect(most).toBe(40);
  });

  it("of reads is none for a store that answers at once, though not of writes", () => {
    const { raw } = setUp({ getsAtOnce: true });
    expect(raw.readMany).toBeUndefined();
    expect(raw.supports).toMatchObject({ readMany: false, writeMany: { max: 1_000 } });
  });

  it("of single reads has failures of single keys, by their kinds, and fails if all do", async () => {
    const away = Object.assign(new Error("away"), { code: "ECONNREFUSED" });
    const { raw, kept } = setUp({
      get: async (key) => {
        if (key.startsWith("away")) throw away;
        return kept.get(key);
      },
    });
    await typed(raw).set("there", cacheValue("v"));
    expect(await raw.readMany?.(["there", "away", "none"])).toEqual([
      expect.objectContaining({ format: "typed-json" }),
      expect.objectContaining({ code: "connection", message: "away", cause: away }),
      undefined,
    ]);
    await expect(raw.readMany?.(["away", "away too"])).rejects.toMatchObject({ code: "connection" });
  });

  it("has one entry that cannot be read, and answers for the others", async () => {
    const { raw, kept } = setUp();
    await typed(raw).set("good", cacheValue("v"));
    kept.set("bad", Buffer.from("not an envelope"));
    const answers = await raw.readMany?.(["bad", "good", "none"]);
    expect(answers?.map((answer) => (BackendError.is(answer) ? answer.code : answer?.format))).toEqual([
      "corrupt",
      "typed-json",
      undefined,
    ]);
  });
});

describe("a slow store", () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const many = Array.from({ length: 400 }, (_, index) => `${index}`);

  it("answers a batch of single calls that takes longer than one deadline", async () => {
    const { raw } = setUp({ get: () => wait(2).then(() => undefined) });
    expect(await raw.readMany?.(many)).toHaveLength(400);
  });

  it("holds up no batch for longer than one deadline if it is silent", async () => {
    let calls = 0;
    const silent = (): Promise<never> => {
      calls += 1;
      return new Promise(() => {});
    };
    const { raw } = setUp({ get: silent, set: silent });
    await expect(raw.readMany?.(many)).rejects.toMatchObject({ code: "timeout" });
    const entry = await entryUntil(NOW + 10);
    await expect(raw.writeMany?.(many.map((key) => [key, entry]))).rejects.toMatchObject({ code: "timeout" });
    expect(calls).toBe(32);
  });
});

describe("a store that fails", () => {
  const failing = (error: unknown, more: Partial<Store> = {}) =>
    setUp({ get: () => Promise.reject(error), ...more }).raw;
  it.each([
    ["connection", { code: "ECONNREFUSED" }, {}],
    ["timeout", { code: "ETIMEDOUT" }, {}],
    ["connection", { cause: { cause: { code: "ECONNRESET" } } }, {}],
    ["unavailable", { code: "53300" }, { errors: { "53300": "unavailable" } }],
    ["unavailable", { name: "TooManyClients" }, { errors: { TooManyClients: "unavailable" } }],
    ["too-large", { status: 413 }, { classify: () => "too-large" }],
    ["internal", { code: "constructor" }, {}],
  ] as const)("fails with %s for %j", async (code, members, more) => {
    const error = Object.assign(new Error("failed"), members);
    await expect(typed(failing(error, more as never)).get("k")).rejects.toMatchObject({ code });
  });

  it("by silence fails with timeout, and a late write does not land on a newer one", async () => {
    const landed: string[] = [];
    let release = (): void => {};
    const first = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { raw } = setUp({
      set: async (_, bytes) => {
        if (landed.length === 0) await first;
        landed.push(Buffer.from(bytes).includes("old") ? "old" : "new");
      },
    });
    await expect(typed(raw).set("k", cacheValue("old"))).rejects.toMatchObject({ code: "timeout" });
    const newer = typed(raw).set("k", cacheValue("new"));
    release();
    await newer;
    expect(landed).toEqual(["old", "new"]);
  });
});

describe("a removal", () => {
  it("is sent though the read before it has found nothing, as a replica may", async () => {
    const deleted: unknown[] = [];
    const blind = { get: () => undefined, delete: (key: string) => deleted.push(key) };
    await setUp(blind).raw.remove("a");
    await setUp({ ...blind, deleteMany: (keys) => deleted.push(keys) }).raw.removeMany?.(["c", "b"]);
    expect(deleted).toEqual(["a", ["b", "c"]]);
  });

  it("counts no entry that has expired, none that is a lease, and one that cannot be read", async () => {
    let now = NOW;
    const versions = new Map<string, number>();
    const { raw, kept } = setUp(
      {
        getVersion: (key) => {
          const bytes = kept.get(key);
          return bytes && { bytes, version: versions.get(key) };
        },
        compareAndSet: (key, version, bytes) => {
          if (versions.get(key) !== version) return false;
          versions.set(key, (versions.get(key) ?? 0) + 1);
          kept.set(key, bytes);
          return true;
        },
      },
      () => now,
    );
    await raw.write("gone", await entryUntil(NOW + 10));
    await raw.lease?.("leased", 1_000);
    kept.set("damaged", Buffer.from("damaged"));
    now += 10;
    const statuses = await raw.removeMany?.(["gone", "leased", "damaged", "none"]);
    expect(statuses?.map(({ status }) => status)).toEqual(["missing", "missing", "deleted", "missing"]);
    expect(kept.size).toBe(0);
  });
});

it("gives a caller whose clock is behind no lease that another holds, however long that is", async () => {
  let now = NOW;
  let version = 0;
  const { raw, kept } = setUp(
    {
      getVersion: (key) => {
        const bytes = kept.get(key);
        return bytes && { bytes, version };
      },
      compareAndSet: (key, _, bytes) => {
        version += 1;
        kept.set(key, bytes);
        return true;
      },
    },
    () => now,
  );
  expect((await raw.lease?.("k", FENCE_MS))?.granted).toBe(true);
  now -= 1_000;
  expect((await raw.lease?.("k", FENCE_MS))?.granted).toBe(false);
});

async function entryUntil(expiresAt: number) {
  const { raw } = setUp();
  await typed(raw).set("k", cacheValue("v", { expiresAt, createdAt: NOW }));
  const entry = await raw.read("k");
  if (entry === undefined) throw new Error("was not stored");
  return entry;
}

describe("leases over a compare-and-set", () => {
  it("are tried again when others change the key, and given up with an error after 16 times", async () => {
    let refusals = 3;
    const members = (most: () => boolean): Partial<Store> => ({
      getVersion: () => undefined,
      compareAndSet: () => most(),
    });
    const { raw } = setUp(members(() => refusals-- <= 0));
    expect(await raw.lease?.("k", 1_000)).toMatchObject({ granted: true });
    const never = setUp(members(() => false)).raw;
    await expect(cacheBackend(never).lease("k", 1_000)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leave the entry its own end, or the lease's if that is later", async () => {
    const lives: Life[] = [];
    const bytes = await bytesOf(NOW + 500);
    const { raw } = setUp({
      getVersion: () => ({ bytes, version: 1 }),
      compareAndSet: (_, __, ___, life) => {
        lives.push(life);
        return true;
      },
    });
    await raw.lease?.("k", 100);
    await raw.lease?.("k", 5_000);
    expect(lives.map(({ ms }) => ms)).toEqual([500, 5_000]);
  });
});

async function bytesOf(expiresAt: number): Promise<Uint8Array> {
  const { raw, kept } = setUp();
  await raw.write("k", await entryUntil(expiresAt));
  return kept.get("k") as Uint8Array;
}

it("refuses a store that is none, and names what it lacks", () => {
  const { store } = setUp();
  const wrong: [Partial<Store>, RegExp][] = [
    [{ get: undefined as never }, /^storeBackend: get must be a function/],
    [{ compareAndSet: () => true }, /^storeBackend: compareAndSet needs `getVersion`/],
    [{ maxBatch: 0 }, /^storeBackend: maxBatch/],
    [{ maxBatchBytes: 1_000 }, /^storeBackend: maxBatchBytes/],
    [{ label: "a.b" }, /^label must be/],
  ];
  for (const [changed, message] of wrong)
    expect(() => storeBackend({ ...store, ...changed })).toThrow(message);
  expect(() => storeBackend(store, { timeout: 0 })).toThrow(/^timeout must be/);
  expect(STORE_OPTIONS).toContain("timeout");
});

it("refuses an entry that the store cannot hold, with a lease added", async () => {
  const { raw } = setUp({ maxBytes: 1_024 });
  expect(raw.supports.maxValueBytes).toBe(768);
  const tags = Array.from({ length: 40 }, (_, index) => `tag-${index}-${"x".repeat(40)}`);
  await expect((async () => typed(raw).set("k", cacheValue("v", { tags })))()).rejects.toMatchObject({
    code: "too-large",
  });
});

it("closes what the store opened, and a store that was given its client not", async () => {
  let closed = 0;
  await typed(setUp({ close: () => closed++ }).raw).close();
  await typed(setUp().raw).close();
  expect(closed).toBe(1);
});
