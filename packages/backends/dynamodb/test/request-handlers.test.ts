import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { freePort, startDynalite } from "@hitbox/test-servers";
import { until } from "@hitbox/test-support";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, failureOf } from "./support.ts";

/** Enough for a busy machine to have sent the request. */
const TIMEOUT = 1_000;

type Requested = ServerResponse | ServerHttp2Stream;

/** A server that never answers, with what it was asked. */
async function silent(server: Server, event: "request" | "stream"): Promise<[string, Requested[]]> {
  const requested: Requested[] = [];
  server.on(event, (first, second) => {
    const request: Requested = event === "stream" ? first : second;
    request.on("error", () => {});
    requested.push(request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requested];
}

// The servers of the tests speak HTTP/1.1 alone.
const HTTP1 = [
  { name: "NodeHttpHandler", make: () => new NodeHttpHandler(), event: "request" },
  { name: "FetchHttpHandler", make: () => new FetchHttpHandler(), event: "request" },
] as const;
const HTTP2 = [{ name: "NodeHttp2Handler", make: () => new NodeHttp2Handler(), event: "stream" }] as const;

describe.each([...HTTP1, ...HTTP2])("a client with a $name", ({ make, event }) => {
  it("has its request in flight ended at the deadline", async () => {
    const server = event === "stream" ? createHttp2Server() : createServer();
    const [endpoint, requested] = await silent(server, event);
    const client = clientOf({ endpoint }, { requestHandler: make() });
    const cache = cacheBackend(dynamodb({ client, table: "cache", timeout: TIMEOUT }));
    const { code } = await failureOf(() => cache.get("key"));
    await until(() => requested.length === 1 && requested.every(({ destroyed }) => destroyed));
    expect(code).toBe("timeout");
    client.destroy();
    server.close();
  });
});

describe.each([...HTTP1, ...HTTP2])("a client with a $name", ({ make }) => {
  it("calls a server that is not there a connection error, and worth a retry", async () => {
    const client = clientOf({ endpoint: `http://127.0.0.1:${await freePort()}` }, { requestHandler: make() });
    const cache = cacheBackend(dynamodb({ client, table: "cache" }));
    const { code, error } = await failureOf(() => cache.get("key"));
    expect([code, error.retryable]).toEqual(["connection", true]);
    client.destroy();
  });
});

describe.each(HTTP1)("a client with a $name", ({ make }) => {
  it("reads what it has written", async () => {
    const server = await startDynalite();
    const client = clientOf(server, { requestHandler: make() });
    await createTable(client, { table: "cache" });
    const cache = cacheBackend(dynamodb({ client, table: "cache", timeout: 20_000 }));
    await cache.set("key", cacheValue("value"));
    expect((await cache.get("key"))?.data).toBe("value");
    client.destroy();
    await server.close();
  });
});
