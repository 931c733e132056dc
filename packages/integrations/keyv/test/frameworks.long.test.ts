import "reflect-metadata";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KeyvAdapter } from "@apollo/utils.keyvadapter";
import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { CacheInterceptor, CacheModule, CacheTTL } from "@nestjs/cache-manager";
import { Controller, Get, Module, UseInterceptors } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import got from "got";
import Keyv from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { type KeyvStore, toKeyv } from "../src/index.ts";

const tiers = () => compose(memory({ maxEntries: 100 }), memory({ maxEntries: 100, format: json() }));

const STORES: readonly (readonly [name: string, store: () => KeyvStore])[] = [
  ["tiers", () => toKeyv(tiers())],
  ["a cache", () => toKeyv(createCache({ backend: tiers(), ttl: "1h" }))],
];

/** An application of Nest with one cached route. Decorators are called, since they are no JavaScript yet. */
async function nestOver(store: KeyvStore): Promise<{ url: string; calls(): number }> {
  let calls = 0;
  class Cities {
    list() {
      calls += 1;
      return { calls };
    }
  }
  const route = Object.getOwnPropertyDescriptor(Cities.prototype, "list") as PropertyDescriptor;
  for (const decorate of [Get("cities"), UseInterceptors(CacheInterceptor), CacheTTL(60_000)])
    decorate(Cities.prototype, "list", route);
  Controller()(Cities);
  class Application {}
  const stores = [new Keyv({ store, throwOnErrors: true })];
  Module({ imports: [CacheModule.register({ stores: stores as never })], controllers: [Cities] })(
    Application,
  );
  const application = await NestFactory.create(Application, { logger: false });
  onTestFinished(() => application.close());
  await application.listen(0, "127.0.0.1");
  return { url: `${await application.getUrl()}/cities`, calls: () => calls };
}

test.each(STORES)("Nest answers a cached route over %s", async (_, open) => {
  const store = open();
  const { url, calls } = await nestOver(store);
  const answers = [await got(url).json(), await got(url).json()];
  expect(answers).toEqual([{ calls: 1 }, { calls: 1 }]);
  expect(calls()).toBe(1);
  await store.clear();
  expect(await got(url).json()).toEqual({ calls: 2 });
});

test.each(STORES)("Apollo's KeyvAdapter keeps, batches and deletes over %s", async (_, open) => {
  const store = open();
  const cache = new KeyvAdapter(new Keyv<string>({ store, throwOnErrors: true }) as never);
  await cache.set("fqc:1", "one", { ttl: 60 });
  await cache.set("fqc:2", "two");
  expect(await Promise.all(["fqc:1", "fqc:2", "fqc:3"].map((key) => cache.get(key)))).toEqual([
    "one",
    "two",
    undefined,
  ]);
  expect(await cache.delete("fqc:1")).toBe(true);
  expect(await cache.get("fqc:1")).toBeUndefined();
});

/** A server whose answers may be cached for a minute. */
async function origin(): Promise<{ url: string; requests(): number }> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.setHeader("cache-control", "public, max-age=60");
    response.end(`answer ${requests}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests: () => requests };
}

test.each(STORES)("got answers from its HTTP cache over %s", async (_, open) => {
  const { url, requests } = await origin();
  const client = got.extend({ cache: new Keyv({ store: open(), throwOnErrors: true }) as never });
  const first = await client(url);
  const second = await client(url);
  expect([first.body, second.body]).toEqual(["answer 1", "answer 1"]);
  expect([first.isFromCache, second.isFromCache]).toEqual([false, true]);
  expect(requests()).toBe(1);
});
