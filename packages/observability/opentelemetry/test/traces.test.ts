import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { type Backend, json } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { openTelemetryTraces } from "@hitbox/opentelemetry";
import { gate, testClock } from "@hitbox/test-support";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { openTraces } from "./support/traces.ts";

const store = (label = "redis"): Backend<unknown> => memory({ maxBytes: 1_000_000, label, format: json() });

function tiers(now?: () => number) {
  const far = store();
  const near = memory({ maxEntries: 100, ...(now ? { now } : {}) });
  const options = { ttl: "10s", staleWhileRevalidate: "1m", ...(now ? { now } : {}) } as const;
  const cache = createCache({ backend: compose(near, far, now ? { now } : {}), ...options });
  return { cache, near, far };
}

it("a loaded value has a span of its call, with the load and the operations of tiers under it", async () => {
  const { tree, tracer, span } = openTraces();
  const { cache } = tiers();
  const users = cache.entity({ prefix: "user", version: 3 });
  await tracer.startActiveSpan("request", async (request) => {
    await users.getOrSet({ id: 1 }, () =>
      tracer.startActiveSpan("query", async (query) => {
        await Promise.resolve();
        query.end();
        return "Ada";
      }),
    );
    request.end();
  });
  const call = "getOrSet user.v3 < request";
  expect(tree()).toEqual(
    expect.arrayContaining([
      call,
      `load user.v3 < ${call}`,
      `query < load user.v3 < ${call}`,
      `read memory>redis.redis < ${call}`,
      `write memory>redis.redis < load user.v3 < ${call}`,
    ]),
  );
  expect(span("getOrSet user.v3").attributes).toEqual({
    ...{ "sentry.op": "cache.get", "cache.hit": false, "hitbox.status": "miss" },
    ...{ "hitbox.cache": "memory>redis", "hitbox.namespace": "", "hitbox.entity": "user.v3" },
  });
});

it("a hit in memory has no span, and one of a later tier has its size and its database", async () => {
  const { cache, near } = tiers();
  await cache.set("k", "value");
  const { spans, span } = openTraces();
  await cache.get("k");
  await cache.getOrSet("k", () => "never");
  await cache.lookup("k");
  await cache.getMany(["k", "k"]);
  expect(spans()).toEqual([]);
  await near.clear?.();
  await cache.get("k");
  expect(span("get memory>redis").attributes).toMatchObject({
    ...{ "cache.hit": true, "cache.item_size": 7, "hitbox.status": "hit" },
  });
  expect(span("read memory>redis.redis").attributes).toEqual({
    ...{ "hitbox.backend": "memory>redis.redis", "hitbox.purpose": "value", "sentry.op": "cache.get" },
    ...{ "db.system.name": "redis", "db.operation.name": "read", "cache.hit": true, "cache.item_size": 7 },
  });
});

it.each([
  ["dynamodb", "aws.dynamodb"],
  ["memcached", "memcached"],
  ["mysql", "mysql"],
  ["postgres", "postgresql"],
  ["sqlite", "sqlite"],
  ["lmdb", undefined],
  ["s3", undefined],
])("an operation of a tier labelled %s names the database system %s", async (label, system) => {
  const { span } = openTraces();
  await createCache({ backend: store(label), ttl: "1m" }).get("k");
  expect(span(`read ${label}`).attributes["db.system.name"]).toBe(system);
  expect(span(`read ${label}`).kind).toBe(system === undefined ? SpanKind.INTERNAL : SpanKind.CLIENT);
});

it("a copy that memory drops for a change of another process has no span", async () => {
  const { spans } = openTraces();
  const near = asTier(memory({ maxEntries: 10 }));
  await near.delete("k");
  expect(spans().map(({ name }) => name)).toEqual(["remove memory"]);
  await near.withPurpose("coherence").delete("k");
  expect(spans()).toHaveLength(1);
});

it("a call that waits for the load of another links to its span", async () => {
  const { span, spans } = openTraces();
  const { cache } = tiers();
  const source = gate();
  const load = async (): Promise<string> => {
    await source.opened;
    return "loaded";
  };
  const calls = [1, 2, 3].map(() => cache.getOrSet("k", load));
  source.open();
  await Promise.all(calls);
  const loaded = span("load memory>redis").spanContext();
  const waiting = spans().filter(({ attributes }) => attributes["hitbox.status"] === "collapsed");
  expect(waiting.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([
    [loaded.spanId],
    [loaded.spanId],
  ]);
});

it("a refresh in the background is a trace of its own, which links to the call", async () => {
  const { spans } = openTraces();
  const { now, advance } = testClock();
  const { cache } = tiers(now);
  await cache.getOrSet("k", () => 1);
  advance(11_000);
  const [source, refreshed] = [gate(), gate()];
  const before = spans().length;
  const value = await cache.getOrSet("k", async () => {
    await source.opened;
    refreshed.open();
    return 2;
  });
  source.open();
  await refreshed.opened;
  await cache.close();
  const after = spans().slice(before);
  const call = after.find(({ name }) => name.startsWith("getOrSet"));
  const refresh = after.find(({ name }) => name.startsWith("load"));
  expect(value).toBe(1);
  expect(call?.attributes).toMatchObject({ "hitbox.status": "stale", "cache.hit": true });
  expect(refresh?.parentSpanContext).toBeUndefined();
  expect(refresh?.attributes["hitbox.refresh"]).toBe(true);
  expect(refresh?.links[0]?.context.spanId).toBe(call?.spanContext().spanId);
});

it("failures of loaders and stores have their kind, and nothing of their text", async () => {
  const { spans } = openTraces();
  const cache = createCache({ backend: faulty(store(), { chance: { fail: 1 }, seed: 1 }), ttl: "1m" });
  const failing = cache.getOrSet("k", () => {
    throw new RangeError("secret");
  });
  await expect(failing).rejects.toThrow();
  const load = spans().find(({ name }) => name.startsWith("load"));
  expect(load?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(load?.attributes).toMatchObject({ "error.type": "RangeError", "hitbox.outcome": "failed" });
  const read = spans().find(({ name }) => name.startsWith("read"));
  expect(read?.attributes["error.type"]).toBe("connection");
  expect(JSON.stringify(spans().map(({ attributes, events }) => [attributes, events]))).not.toContain(
    "secret",
  );
});

it("keys are left out unless they are asked for, hashed or as they are", async () => {
  const keysWith = async (keys?: "hashed" | "plain"): Promise<unknown[]> => {
    const { spans, stop } = openTraces(keys ? { keys } : {});
    await tiers().cache.getOrSet("key", () => 1);
    stop();
    return [...new Set(spans().map(({ attributes }) => JSON.stringify(attributes["cache.key"])))];
  };
  expect(await keysWith()).toEqual([undefined]);
  expect(await keysWith("plain")).toEqual(['["key"]']);
  expect(await keysWith("hashed")).toEqual(['["2c70e12b7a0646f9"]']);
});

it("several keys of one call are loads under one span", async () => {
  const { tree } = openTraces();
  const { cache } = tiers();
  await cache.getOrSetMany(["a", "b"], async (keys) => new Map(keys.map((key) => [key, 1])));
  const loads = tree().filter((path) => path.startsWith("load"));
  expect(loads).toEqual(Array(2).fill("load memory>redis < getOrSetMany memory>redis"));
});

it("reads of several keys are one call, which is the parent of what the tiers are asked", async () => {
  const { tree } = openTraces();
  const { cache } = tiers();
  await cache.getMany(["a", "b"]);
  const reads = tree().filter((path) => path.startsWith("read memory>redis.redis"));
  expect(reads).toEqual(Array(2).fill("read memory>redis.redis < getMany memory>redis"));
});

it("nothing is traced after a stop, and a wrong option is refused", async () => {
  const { spans, stop } = openTraces();
  stop();
  await tiers().cache.getOrSet("k", () => 1);
  expect(spans()).toEqual([]);
  expect(() => openTelemetryTraces({ keys: "all" as never })).toThrow(/keys must be/);
  expect(() => openTelemetryTraces({ tracerProvider: {} as never })).toThrow(/tracerProvider/);
  expect(() => openTelemetryTraces({ spans: 1 } as never)).toThrow(/spans/);
});
