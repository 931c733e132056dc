import { type Format, gzip, hashed, json } from "@hitbox/core";
import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis5";
import { afterAll, describe, expect, it } from "vitest";
import { type RedisClient, type RedisOptions, redis } from "../src/index.ts";

const client = new Redis({ lazyConnect: true });
const cluster = new Cluster([{ port: 1 }], { lazyConnect: true });
const lagging = new Cluster([{ port: 1 }], { lazyConnect: true, scaleReads: "slave" });
afterAll(() => {
  client.disconnect();
  cluster.disconnect();
  lagging.disconnect();
});

const live = { ...json(), id: "live", kind: "live" } as Format;

/** A client that has what is called of it without coherence, and no more. */
const bare = {
  ...Object.fromEntries(
    "connect on off getBuffer mgetBuffer set unlink scanBuffer pipeline"
      .split(" ")
      .map((name) => [name, () => {}]),
  ),
  status: "wait",
};

function wrong(options: object): () => unknown {
  return () => redis({ client, ...options } as RedisOptions);
}

describe("options", () => {
  it("have defaults", () => {
    const backend = redis({ client });
    expect(backend.label).toBe("redis");
    expect(backend.keyFormat.id).toBe("text");
    expect(backend.valueFormat.id).toBe("typed-json");
    expect(backend.compressor.id).toBe("passthrough");
  });

  it("are what the backend says of itself", () => {
    const parts = { label: "shop", keyFormat: hashed(), format: json(), compressor: gzip() };
    const backend = redis({ client, ...parts, maxValueBytes: 1_000 });
    expect(backend.label).toBe("shop");
    expect(backend.keyFormat).toBe(parts.keyFormat);
    expect(backend.valueFormat).toBe(parts.format);
    expect(backend.compressor).toBe(parts.compressor);
    expect(backend.supports.maxValueBytes).toBe(1_000);
  });

  it("declare what is supported, for good", () => {
    const { supports } = redis({ client });
    expect(supports).toEqual({
      expiry: "native",
      shared: true,
      persistent: true,
      readMany: { max: 1_000 },
      writeMany: { max: 1_000 },
      removeMany: { max: 1_000 },
      maxValueBytes: 64 * 1024 * 1024,
      keys: true,
      clear: true,
      lease: true,
    });
    expect(Object.isFrozen(supports)).toBe(true);
  });

  it.each([
    ["prefix", { prefix: "a::b" }],
    ["timeout", { timeout: 0 }],
    ["timeout", { timeout: 1.5 }],
    ["timeout", { timeout: Number.POSITIVE_INFINITY }],
    ["maxValueBytes", { maxValueBytes: -1 }],
    ["now", { now: 5 }],
    ["label", { label: "a.b" }],
    ["format", { format: live }],
    ["compressor", { compressor: "gzip" }],
    ["ttl", { ttl: 5 }],
    ["client", { client: {} }],
    ["client", { client: "redis://localhost" }],
    ["client", { client: { ...client, isCluster: true } }],
    ["cluster", { client: undefined, cluster: [] }],
    ["cluster", { client: undefined, cluster: "redis://localhost" }],
    ["cluster", { client: undefined, cluster: ["localhost:7000"] }],
    ["cluster", { client: undefined, cluster: ["redis://localhost", "rediss://localhost"] }],
    ["readFrom", { client: undefined, cluster: ["redis://localhost"], readFrom: "slaves" }],
    ["readFrom", { client: undefined, url: "redis://localhost", readFrom: "replicas" }],
    ["database", { client: undefined, cluster: ["redis://localhost"], database: 1 }],
    ["cluster", { client: undefined, cluster: ["redis://localhost", "redis://localhost:7000/3"] }],
    ["sentinels", { client: undefined, sentinels: ["redis://localhost/3"], name: "main" }],
    ["url", { client: undefined, url: "redis://localhost?db=3" }],
    ["url", { client: undefined, url: "redis://localhost/3#4" }],
    ["database", { client: undefined, url: "redis://localhost", database: -1 }],
    ["sentinels", { client: undefined, sentinels: [], name: "main" }],
    ["sentinels", { client: undefined, sentinels: ["redis//localhost"], name: "main" }],
    ["name", { client: undefined, sentinels: ["redis://localhost"] }],
    ["coherence", { coherence: "pubsub" }],
    ["coherence", { coherence: true }],
    ["coherence", { coherence: {} }],
    ["coherence", { client: cluster, coherence: "tracking" }],
    ["coherence", { client: undefined, cluster: ["redis://localhost"], coherence: { by: "tracking" } }],
    ["readFrom", { client: undefined, cluster: ["redis://localhost"], readFrom: "all", coherence: "bus" }],
    ["client.options.scaleReads", { client: lagging, coherence: "bus" }],
    ["heartbeat", { coherence: { by: "bus", heartbeat: 5 } }],
    ["interval", { coherence: { by: "bus", interval: 5 } }],
    ["client", { client: bare, coherence: "tracking" }],
    ["username", { username: "me" }],
    ["username", { client: undefined, url: "redis://localhost", username: 5 }],
    ["password", { client: undefined, url: "redis://localhost", password: 5 }],
    ["redis: tls", { client: undefined, url: "rediss://localhost", tls: true }],
    ["tls", { client: undefined, url: "redis://localhost", tls: {} }],
    ["url", { client: undefined, url: "localhost:6379" }],
    ["url", { client: undefined, url: "http://localhost" }],
    ["url", { client: undefined, url: 6379 }],
  ])("refuse a wrong %s", (name, options) => {
    expect(wrong(options)).toThrow(TypeError);
    expect(wrong(options)).toThrow(new RegExp(`^${name} .*; got |\`${name}\` is not an option`));
  });

  it.each([
    [{ url: undefined }, /^redis: `url` is undefined; is a variable of the environment unset\?/],
    [{ client: undefined, host: "h" }, /^redis: `client` is undefined/],
    [{ host: "h", port: 1 }, /^redis: `host` is not an option; give host and port as a URL/],
    [{}, /^redis: one of client, url, cluster, sentinels must be given, as in \{ url: "redis:/],
    [{ url: "redis://h", client }, /^redis: `client` and `url` are both given; give one of client, url, /],
    [{ url: "redis://h", host: "h" }, /^redis: `host` is not an option; did you mean `url`\?/],
    [{ url: "redis://h", db: 1 }, /^redis: `db` is not an option; did you mean `database`\?/],
    [{ url: "redis://h", keyPrefix: "a" }, /^redis: `keyPrefix` is not an option; did you mean `prefix`\?/],
    [{ url: "redis://h/abc" }, /^url must have no path but the number of a database/],
    ["redis://me:sesame@h", /^redis: options must be \{ url: "redis:.*; got a string$/],
    [{ url: "redis://h", password: 1234 }, /^password must be a string or a function .*; got a number$/],
  ])("%o: the error says what is wrong with the place", (options, message) => {
    expect(() => redis(options as never)).toThrow(message);
  });

  it("take the clients of both majors as they are typed", () => {
    const clients: readonly RedisClient[] = [
      client,
      new Redis5({ lazyConnect: true }),
      cluster,
      new Cluster5([{ port: 1 }], { lazyConnect: true }),
    ];
    expect(clients.map((one) => redis({ client: one }).label)).toEqual(Array(4).fill("redis"));
  });

  it("are required", () => {
    expect(() => redis(undefined as unknown as RedisOptions)).toThrow(TypeError);
  });

  it("do not show the password of a wrong url", () => {
    expect(wrong({ client: undefined, url: "http://me:secret@host" })).toThrow(/^(?!.*secret)/);
    expect(wrong({ client: undefined, cluster: ["http://me:secret@host"] })).toThrow(/^(?!.*secret)/);
  });
});
