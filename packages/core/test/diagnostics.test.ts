import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  type BackendMessage,
  type CodecMessage,
  cacheBackend,
  cacheValue,
  gzip,
  subscribeTo,
} from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { afterEach, describe, expect, test, vi } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const NAMES = ["read", "write", "remove", "serialize", "deserialize", "compress", "decompress"];
const subscriptions: (() => void)[] = [];

function listen<Message>(): [string, Message][] {
  const heard: [string, Message][] = [];
  for (const name of NAMES) {
    const onMessage = (message: unknown): void => void heard.push([name, message as Message]);
    subscribe(`hitbox:backend:${name}`, onMessage);
    subscriptions.push(() => unsubscribe(`hitbox:backend:${name}`, onMessage));
  }
  return heard;
}

afterEach(() => {
  for (const stop of subscriptions.splice(0)) stop();
});

describe("the diagnostics channels", () => {
  test("tell of every operation and every codec step, by label path", async () => {
    const heard = listen<BackendMessage & CodecMessage>();
    const backend = asTier(mapBackend({ compressor: gzip({ minBytes: 1 }) })).asTierOf("outer");
    await backend.set("k", cacheValue("x".repeat(100)));
    await backend.get("k");
    await backend.delete("k");
    await backend.get("k");
    expect(heard.map(([name]) => name)).toEqual([
      ...["serialize", "compress", "write"],
      ...["decompress", "deserialize", "read"],
      ...["remove", "read"],
    ]);
    for (const [, message] of heard) {
      expect(message).toMatchObject({
        backend: "outer.map",
        durationMs: expect.any(Number),
        error: undefined,
      });
    }
    const [serialize, compress, write, , , hit, remove, miss] = heard.map(([, message]) => message);
    expect([serialize?.codec, compress?.codec]).toEqual(["json", "gzip"]);
    for (const message of [write, hit, remove, miss]) expect(message).toMatchObject({ purpose: "value" });
    expect(write).toMatchObject({ key: "k", bytes: expect.any(Number) });
    expect(hit).toMatchObject({ hit: true, bytes: write?.bytes });
    expect(remove).toMatchObject({ removed: { status: "deleted", count: 1 } });
    expect(miss).toMatchObject({ hit: false, bytes: undefined });
  });

  test("tell of failures", async () => {
    const heard = listen<BackendMessage>();
    const store = mapBackend({ answers: "later" });
    store.before = () => Promise.reject(new Error("down"));
    const backend = cacheBackend(store);
    await Promise.allSettled([backend.get("k"), backend.set("k", cacheValue(1)), backend.delete("k")]);
    const failures = heard.filter(([name]) => name !== "serialize");
    expect(failures.map(([name]) => name).sort()).toEqual(["read", "remove", "write"]);
    for (const [, message] of failures)
      expect(message).toMatchObject({ error: { code: "internal" }, bytes: undefined });
  });

  test("tell of each entry of a batch", async () => {
    const heard = listen<BackendMessage>();
    const supports = { writeMany: { max: 10 }, removeMany: { max: 10 } };
    const backend = cacheBackend(mapBackend({ supports }));
    await backend.setMany([..."ab"].map((key) => [key, cacheValue(key)]));
    await backend.deleteMany([..."abc"]);
    const told = heard
      .filter(([name]) => name !== "serialize")
      .map(([name, { key, bytes, removed }]) => [name, key, bytes, removed?.status]);
    expect(told).toEqual([
      ["write", "a", 3, undefined],
      ["write", "b", 3, undefined],
      ["remove", "a", undefined, "deleted"],
      ["remove", "b", undefined, "deleted"],
      ["remove", "c", undefined, "missing"],
    ]);
  });

  test("tell the reason of an operation, which changes nothing else about it", async () => {
    const heard = listen<BackendMessage>();
    const store = mapBackend({ answers: "later", supports: { readMany: { max: 10 } } });
    const backend = asTier(store);
    const refills = backend.withPurpose("refill");
    await refills.set("k", cacheValue(1));
    await Promise.all([backend.get("k"), backend.withPurpose("tags").get("tag"), refills.delete("other")]);
    expect(store.calls).toContain("readMany k,tag");
    const told = heard.flatMap(([name, { key, purpose }]) => (purpose ? [`${name} ${key} ${purpose}`] : []));
    expect(told.sort()).toEqual(["read k value", "read tag tags", "remove other refill", "write k refill"]);
    expect(backend.withPurpose("refill")).toBe(refills);
  });

  test("are subscribed to by name, each listener once", async () => {
    const keys: string[] = [];
    const listener = ({ key }: BackendMessage): void => void keys.push(key);
    const stops = [1, 2].map(() => subscribeTo("hitbox:backend:write", listener));
    const backend = cacheBackend(mapBackend());
    await backend.set("two", cacheValue(1));
    stops[0]?.();
    await backend.set("one", cacheValue(1));
    stops[1]?.();
    await backend.set("none", cacheValue(1));
    expect(keys).toEqual(["two", "two", "one"]);
    expect(() => subscribeTo("backend:write" as never, listener)).toThrow(
      /^subscribeTo: name must be a channel/,
    );
  });

  test("cost no clock reading while nobody listens", async () => {
    const clock = vi.spyOn(performance, "now");
    const backend = cacheBackend(mapBackend({ compressor: gzip({ minBytes: 1 }) }));
    await backend.set("k", cacheValue("x".repeat(100)));
    await backend.get("k");
    await backend.delete("k");
    expect(clock).not.toHaveBeenCalled();
    clock.mockRestore();
  });
});
