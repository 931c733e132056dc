import { inspect } from "node:util";
import { type Backend, cacheBackend, cacheValue } from "@hitbox/core";
import { freePort, type RedisServer, startProxy, startRedis, startRedisCluster } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import { DATA, startCommandProxy } from "./command-proxy.ts";
import { CLIENTS, entry, until } from "./support.ts";

const PASSWORD = "hunter2-the-password";
const KEY = "key-of-a-customer";
const VALUE = "value-of-a-customer";

/** The secrets as they may appear, in text or in the bytes of a printed buffer. */
const TRACES = [PASSWORD, KEY, VALUE].flatMap((secret) => {
  const bytes = Buffer.from(secret);
  const spaced = bytes.toString("hex").replace(/(..)(?!$)/g, "$1 ");
  return [secret, bytes.toString("hex"), spaced, bytes.toString("base64")];
});

/** Fails if any part of an error shows a secret: text, JSON, causes, fields, and their fields. */
function expectNoSecret(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
  const shown = [
    String(error),
    (error as Error).stack,
    JSON.stringify(error),
    inspect(error, { depth: 20, showHidden: true }),
  ];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    shown.push(JSON.stringify({ ...cause }), cause.message, cause.stack);
  }
  for (const trace of TRACES) expect(shown.join("\n")).not.toContain(trace);
}

/** Bytes that an error keeps alive in buffers. */
function bytesKept(value: unknown, seen: Set<unknown> = new Set()): number {
  if (typeof value !== "object" || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (Buffer.isBuffer(value)) return value.length;
  const fields = Reflect.ownKeys(value).map((name) => Reflect.get(value, name));
  return fields.reduce<number>((sum, field) => sum + bytesKept(field, seen), 0);
}

async function errorOf(run: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    return error;
  }
  // In a cluster a batch has errors of single keys.
  const failed = Array.isArray(result) ? result.find((one) => one instanceof Error) : undefined;
  if (failed === undefined) throw new Error("expected an error");
  return failed;
}

let opened: Backend[] = [];
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
  opened = [];
});

function open(options: object): Required<Backend> {
  const backend = redis(options as RedisOptions) as Required<Backend>;
  opened.push(backend);
  return backend;
}

/** Every operation, with a secret key and value. */
function operations(tier: Required<Backend>): (() => unknown)[] {
  const value = entry(VALUE);
  return [
    () => tier.read(KEY),
    () => tier.readMany([KEY, "other"]),
    () => tier.write(KEY, value),
    () => tier.writeMany([[KEY, value]]),
    () => tier.remove(KEY),
    () => tier.removeMany([KEY]),
    () => tier.lease(KEY, 1_000),
    () => tier.writeFenced(KEY, value, "00000000000000000000000000000000"),
    () => tier.clear(),
  ];
}

/** Runs every operation; each must fail, and show nothing. */
async function allFailSilently(tier: Required<Backend>): Promise<void> {
  for (const run of operations(tier)) {
    const error = await errorOf(run);
    expectNoSecret(error);
    const value = cacheValue(VALUE);
    for (const typed of [
      () => cacheBackend(tier).set(KEY, value),
      () => cacheBackend(tier).get(KEY),
      () => cacheBackend(tier).delete(KEY),
    ]) {
      const failure = await errorOf(typed).catch(() => undefined);
      if (failure !== undefined) expectNoSecret(failure);
    }
  }
}

describe("options", () => {
  it.each([
    { url: `redis://me:${PASSWORD}@` },
    { url: `http://me:${PASSWORD}@host` },
    { url: `me:${PASSWORD}@host` },
    { url: `//me:${PASSWORD}@host` },
    { url: `redis://me:${PASSWORD}@host:port` },
    { url: `redis://me:${PASSWORD}%@host` },
    { url: `redis://host/${PASSWORD}` },
    { url: [`redis://me:${PASSWORD}@host`] },
    { url: { host: "host", password: PASSWORD } },
    { cluster: `redis://:${PASSWORD}@host` },
    { cluster: [`http://:${PASSWORD}@host`] },
    { cluster: [{ host: "host", password: PASSWORD }] },
    { sentinels: [`me:${PASSWORD}@host`], name: "main" },
    { sentinels: `redis://:${PASSWORD}@host`, name: "main" },
    { sentinels: ["redis://host"], name: [PASSWORD] },
    { client: { host: "host", password: PASSWORD } },
    { client: `redis://:${PASSWORD}@host` },
    { client: new Redis({ lazyConnect: true, password: PASSWORD }), url: `redis://:${PASSWORD}@host` },
    { url: "redis://host", password: [PASSWORD] },
    { url: "redis://host", password: { value: PASSWORD } },
    { url: "redis://host", username: [PASSWORD] },
    { url: "redis://host", tls: { key: PASSWORD } },
    { url: "rediss://host", tls: PASSWORD },
    { url: "redis://host", redisOptions: { password: PASSWORD } },
    { url: "redis://host", redisOptions: PASSWORD },
    { url: "redis://host", coherence: PASSWORD },
    { url: "redis://host", coherence: { by: PASSWORD } },
  ])("show no password of a wrong one: %o", async (options) => {
    const error = await errorOf(() => redis(options as unknown as RedisOptions));
    expect(error).toBeInstanceOf(TypeError);
    expectNoSecret(error);
  });
});

describe.each(CLIENTS)("errors of the server, $version", ({ Redis: Client }) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis({ args: ["--requirepass", "other"] });
  });
  afterEach(() => server.close());

  const given = async (options: object, run: (tier: Required<Backend>) => Promise<void>): Promise<void> => {
    const client = new Client({ port: server.port, maxRetriesPerRequest: 0, ...options });
    client.on("error", () => {});
    await run(redis({ client, timeout: 500 }) as Required<Backend>);
    client.disconnect();
  };

  it("show no wrong password", async () => {
    await allFailSilently(open({ url: `redis://:${PASSWORD}@127.0.0.1:${server.port}` }));
    await given({ password: PASSWORD }, allFailSilently);
  });

  it("show no key, value or password that is not allowed", async () => {
    const user = ["user", "reset", "on", `>${PASSWORD}`, "~other::*", "+info", "+hello"];
    await asRoot("ACL", "SETUSER", ...user);
    const login = { username: "user", password: PASSWORD };
    await given(login, allFailSilently);
    await allFailSilently(open({ url: `redis://127.0.0.1:${server.port}`, ...login }));
  });

  it("show no value that is refused, nor keep it alive", async () => {
    await asRoot("CONFIG", "SET", "maxmemory", "1");
    const big = { ...entry(VALUE), payload: Buffer.alloc(8 * 1024 * 1024, VALUE) };
    await given({ password: "other" }, async (tier) => {
      for (const run of [() => tier.write(KEY, big), () => tier.writeMany([[KEY, big]])]) {
        const error = await errorOf(run);
        expectNoSecret(error);
        expect(bytesKept(error)).toBe(0);
      }
    });
  });

  it("show no words of an unknown command", async () => {
    await server.close();
    const renamed = ["GET", "MGET", "SET", "UNLINK", "EVALSHA", "SCAN"].flatMap((name) => [
      "--rename-command",
      name,
      `HIDDEN${name}`,
    ]);
    server = await startRedis({ args: renamed });
    await given({}, allFailSilently);
  });

  function asRoot(...words: string[]): Promise<unknown> {
    const client = new Redis({ port: server.port, password: "other" });
    const [command = "", ...rest] = words;
    return client.call(command, ...rest).finally(() => client.disconnect());
  }
});

describe("errors of a connection", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it("show nothing while nothing listens", async () => {
    const url = `redis://me:${PASSWORD}@127.0.0.1:${await freePort()}`;
    await allFailSilently(open({ url }));
    await allFailSilently(open({ cluster: [url] }));
    await allFailSilently(open({ sentinels: [url], name: "main", password: PASSWORD, timeout: 200 }));
  });

  it.each(CLIENTS)(
    "show nothing of commands under way when it breaks, $version",
    async ({ Redis: Client }) => {
      const proxy = await startProxy(server.port);
      const client = new Client({ port: proxy.port, maxRetriesPerRequest: 0, retryStrategy: () => 20 });
      client.on("error", () => {});
      const tier = redis({ client, timeout: 500 }) as Required<Backend>;
      for (const run of operations(tier)) {
        await until(() => client.status === "ready");
        proxy.pass({ late: 200 });
        const failing = errorOf(run);
        client.stream.destroy(new Error("broken"));
        expectNoSecret(await failing);
        proxy.pass("at once");
      }
      client.disconnect();
      await proxy.close();
    },
  );

  it("show nothing behind a proxy, and neither do warnings", async () => {
    const proxy = await startCommandProxy({
      target: server.port,
      knows: DATA.filter((command) => command.startsWith("EVAL") === false),
      others: "close",
    });
    const said: unknown[] = [];
    const tier = open({
      url: proxy.url,
      coherence: "bus",
      onWarning: (warning: unknown) => said.push(warning),
    });
    await tier.write(KEY, entry(VALUE));
    for (const run of [() => tier.lease(KEY, 1_000), () => tier.clear()]) expectNoSecret(await errorOf(run));
    expect(said.length).toBeGreaterThan(0);
    for (const warning of said) expectNoSecret(new Error(inspect(warning)));
    await proxy.close();
  });

  it("show nothing in a cluster that has lost its nodes", async () => {
    const cluster = await startRedisCluster();
    const [tier, other] = [
      open({ cluster: cluster.urls, password: PASSWORD }),
      open({ cluster: cluster.urls }),
    ];
    await until(() =>
      Promise.resolve(tier.write(KEY, entry(VALUE))).then(
        () => true,
        () => false,
      ),
    );
    await cluster.close();
    await allFailSilently(tier);
    await allFailSilently(other);
  });
});

it("a deadline that a timer could not hold is a TypeError", async () => {
  const emitted = vi.spyOn(process, "emitWarning");
  expect(() => redis({ url: "redis://127.0.0.1", timeout: 1_073_741_824 })).toThrow(
    /^timeout must be .* 600,000, such as 1000; got /,
  );
  const tier = open({ url: `redis://127.0.0.1:${await freePort()}`, timeout: 600_000 });
  await errorOf(() => tier.read("key"));
  expect(emitted).not.toHaveBeenCalled();
  emitted.mockRestore();
});
