import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { freePort, type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { AT_ONCE, CLIENTS, entry, FAR_DEADLINE, failureOf, SLACK, textOf, until } from "./support.ts";

const TIMEOUT = 300;

/** Listens, takes connections, and never says a word. */
async function silentServer(): Promise<Server & { end(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(server, { end });
}

describe.each(CLIENTS)("before the first connection, $version", ({ Redis }) => {
  let server: RedisServer;
  let client: InstanceType<typeof Redis> | undefined;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    client?.disconnect();
    await server.close();
  });

  it.each([true, false])("operations wait for it (offline queue: %s)", async (enableOfflineQueue) => {
    client = new Redis({ port: server.port, enableOfflineQueue });
    const tier = redis({ client });
    expect(client.status).toBe("connecting");
    await Promise.all([tier.write("key", entry("value")), tier.write("other", entry("other"))]);
    expect(textOf(await tier.read("key"))).toBe("value");
  });

  it("the first operation connects a lazy client", async () => {
    client = new Redis({ port: server.port, lazyConnect: true, enableOfflineQueue: false });
    const tier = redis({ client });
    expect(client.status).toBe("wait");
    expect(await Promise.all([tier.read("key"), tier.read("other")])).toEqual([undefined, undefined]);
    expect(client.status).toBe("ready");
  });

  it("operations fail as soon as it has failed, and from then on at once", async () => {
    client = new Redis({ port: await freePort(), retryStrategy: () => 100_000 });
    client.on("error", () => {});
    const tier = redis({ client, timeout: FAR_DEADLINE });
    const first = await failureOf(() => tier.read("key"));
    expect([first.code, first.error.retryable]).toEqual(["connection", true]);
    expect(first.ms).toBeLessThan(AT_ONCE);
    const second = await failureOf(() => tier.read("key"));
    expect(second.code).toBe("connection");
    expect(second.ms).toBeLessThan(AT_ONCE);
  });

  it("operations fail at the deadline where a server takes the connection and is silent", async () => {
    const silent = await silentServer();
    client = new Redis({ port: (silent.address() as AddressInfo).port });
    client.on("error", () => {});
    const tier = redis({ client, timeout: TIMEOUT });
    for (let round = 0; round < 2; round++) {
      const failures = await Promise.all([
        failureOf(() => tier.read("key")),
        failureOf(() => tier.write("key", entry("value"))),
        failureOf(() => tier.clear?.()),
      ]);
      for (const { code, ms } of failures) {
        expect(code).toBe("connection");
        expect(ms).toBeGreaterThan(TIMEOUT - 5);
        expect(ms).toBeLessThan(TIMEOUT + SLACK);
      }
    }
    silent.end();
  });

  it("what has failed by then is not executed when the connection comes, what still waits is", async () => {
    const others = new Redis(server.port);
    await redis({ client: others }).write("kept", entry("value"));
    others.disconnect();
    server.stop();
    client = new Redis({ port: server.port });
    const tier = redis({ client, timeout: TIMEOUT });
    const patient = redis({ client, timeout: FAR_DEADLINE });
    const late = [failureOf(() => tier.remove("kept")), failureOf(() => tier.write("late", entry("value")))];
    const waiting = patient.write("waiting", entry("value"));
    for (const { code } of await Promise.all(late)) expect(code).toBe("connection");
    server.resume();
    await waiting;
    const texts = (await patient.readMany?.(["kept", "late", "waiting"]))?.map(textOf);
    expect(texts).toEqual(["value", undefined, "value"]);
  });

  it("a client that its owner has closed fails every operation at once", async () => {
    client = new Redis({ port: server.port });
    const tier = redis({ client, timeout: FAR_DEADLINE });
    await tier.write("key", entry("value"));
    await client.quit();
    await until(() => client?.status === "end");
    const { code, ms, error } = await failureOf(() => tier.read("key"));
    expect(code).toBe("connection");
    expect(ms).toBeLessThan(AT_ONCE);
    expect(error.message).toContain('"end"');
  });
});
