import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Backend, cacheBackend, hashed, text, urlEncoded } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { CLIENTS, entry, freshPrefix, until } from "../support.ts";
import { Notes } from "./support.ts";

const run = promisify(execFile);

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

/** What anyone could do, with no library at all. */
function redisCli(...words: string[]): Promise<unknown> {
  return run("redis-cli", ["-p", `${server.port}`, ...words]);
}

describe.each(CLIENTS)("with tracking, $version,", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  let prefix: string;
  let backend: Backend;
  let notes: Notes;
  beforeEach(async () => {
    client = new Redis(server.port, { keyPrefix: "app:" });
    prefix = freshPrefix();
    backend = redis({ client, prefix, coherence: "tracking" });
    notes = new Notes();
    backend.watch?.(notes);
    await notes.up();
    notes.clear();
  });
  afterEach(async () => {
    await backend.close?.();
    client.disconnect();
  });

  it("is declared", () => {
    expect(backend.supports.watch).toBe(true);
    const silent = redis({ client });
    expect(silent.supports.watch).toBeUndefined();
    expect(silent.watch).toBeUndefined();
  });

  it("others' sets and deletes are heard, by the keys of the contract", async () => {
    await redisCli("MSET", `app:${prefix}::a`, "1", `app:${prefix}::b:é::c`, "2");
    await until(() => notes.all.length === 2);
    await redisCli("UNLINK", `app:${prefix}::a`);
    await redisCli("HSET", `app:${prefix}::hash`, "field", "value");
    await until(() => notes.all.length === 4);
    expect(notes.all).toEqual(["a", "b:é::c", "a", "hash"]);
  });

  it("an expiry is heard, and does no harm", async () => {
    await redisCli("SET", `app:${prefix}::short`, "1", "PX", "30");
    await until(() => notes.count("short") === 2);
    expect(notes.isUp).toBe(true);
  });

  it("an eviction is heard", async () => {
    await redisCli("SET", `app:${prefix}::key`, "1");
    await until(() => notes.count("key") === 1);
    await redisCli("CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1");
    await until(() => notes.count("key") === 2);
    await redisCli("CONFIG", "SET", "maxmemory", "0");
  });

  it("an emptied server is a gap that is over at once", async () => {
    await redisCli("FLUSHALL");
    await until(() => notes.all.length === 2);
    expect(notes.all).toEqual(["<lost>", "<restored>"]);
  });

  it("one's own changes are heard once, with their origin, before they are answered", async () => {
    const origin = { within: undefined };
    await backend.write("a", entry("1"), origin);
    await backend.writeMany?.(
      [
        ["b", entry("2")],
        ["c", entry("3")],
      ],
      origin,
    );
    await backend.remove("a", origin);
    await backend.removeMany?.(["b"], origin);
    expect(notes.all).toEqual(["a", "b", "c", "a", "b"]);
    await backend.clear?.(origin);
    expect(notes.all.slice(5)).toEqual(["<lost>", "<restored>"]);
    expect(notes.origins).toEqual(new Set([origin]));
    await redisCli("SET", `app:${prefix}::end`, "1");
    await until(() => notes.count("end") === 1);
    expect(notes.all.slice(7)).toEqual(["end"]);
  });

  it("neighbouring prefixes are not heard", async () => {
    for (const near of [prefix, `${prefix}:`, `${prefix}x::`, `x${prefix}::`]) {
      await redisCli("SET", `app:${near}key`, "1");
    }
    await redisCli("SET", `${prefix}::key`, "1");
    await redisCli("SET", `app:${prefix}::end`, "1");
    await until(() => notes.count("end") === 1);
    expect(notes.all).toEqual(["end"]);
  });

  it.each([text(), urlEncoded(), hashed()])(
    "keys come back as text from the format $id",
    async (keyFormat) => {
      const settings = { prefix: freshPrefix(), coherence: "tracking", keyFormat } as const;
      const mine = client.duplicate();
      const cache = cacheBackend(redis({ client: mine, ...settings }));
      const other = cacheBackend(redis({ client, prefix: settings.prefix, keyFormat }));
      const heard = new Notes();
      cache.watch(heard);
      await heard.up();
      heard.clear();
      const keys = ["user:v3:id=42", "plain", "a b&c=d%é", "::", "日本"];
      // A format without an inverse knows the keys that it has seen: a copy of another cannot be here.
      for (const key of keys) await cache.get(key);
      for (const key of keys) await other.delete(key);
      for (const key of keys) await other.set(key, { data: 1, createdAt: 1 });
      await until(() => heard.all.length === keys.length);
      expect(heard.all).toEqual(keys);
      await cache.close();
      mine.disconnect();
    },
  );

  it("every watch hears, also one that begins later, until it is stopped", async () => {
    const second = new Notes();
    const stop = backend.watch?.(second);
    expect(second.all).toEqual([]);
    await second.up();
    await redisCli("SET", `app:${prefix}::a`, "1");
    await until(() => notes.all.length === 1 && second.all.length === 2);
    stop?.();
    stop?.();
    await redisCli("SET", `app:${prefix}::b`, "1");
    await until(() => notes.all.length === 2);
    expect(second.all).toEqual(["<restored>", "a"]);
  });

  it("a write that the server executes after its deadline is heard", async () => {
    const slow = client.duplicate();
    const late = redis({
      client: slow,
      prefix: freshPrefix(),
      timeout: 50,
      coherence: { by: "tracking", heartbeat: 5_000 },
    });
    const heard = new Notes();
    late.watch?.(heard);
    await heard.up();
    heard.clear();
    server.stop();
    await expect(late.write("key", entry("late"))).rejects.toMatchObject({ code: "timeout" });
    expect(heard.all).toEqual(["key"]);
    server.resume();
    await until(() => heard.count("key") > 1);
    await late.close?.();
    slow.disconnect();
  });

  it("leaves no listener on a client after its watches", async () => {
    const listeners = (): number[] =>
      own.eventNames().map((name) => own.listenerCount(name as Parameters<typeof own.listenerCount>[0]));
    const own = client.duplicate();
    const second = redis({ client: own, prefix: freshPrefix(), coherence: "tracking" });
    await second.write("key", entry("1"));
    const before = listeners();
    const heard = new Notes();
    const stop = second.watch?.(heard);
    await heard.up();
    stop?.();
    expect(listeners()).toEqual(before);
    await second.close?.();
    own.disconnect();
  });

  it("a client is watched by one backend at a time", async () => {
    const second = redis({ client, prefix: freshPrefix(), coherence: "tracking" });
    expect(() => second.watch?.(new Notes())).toThrow(/^client must be watched by one backend at a time/);
    await backend.close?.();
    const later = new Notes();
    second.watch?.(later);
    await later.up();
    await second.close?.();
  });
});
