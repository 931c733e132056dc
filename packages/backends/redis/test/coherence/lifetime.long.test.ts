import { setTimeout as wait } from "node:timers/promises";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { build, startChild } from "../child.ts";
import { until } from "../support.ts";
import { Notes } from "./support.ts";

let server: RedisServer;
beforeAll(() => build(), 60_000);
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

/** Connections to the server, but for the one that asks. */
async function connections(): Promise<number> {
  const list = await redisCommand(server.port, "CLIENT", "LIST");
  return list.split("\n").filter((line) => line.includes("id=") && !line.includes("cmd=client|list")).length;
}

describe.each(["tracking", "bus"] as const)("a watch, by %s,", (coherence) => {
  const open = async (client = new Redis(server.port)) => {
    const backend = redis({ client, coherence: { by: coherence, heartbeat: 100 } });
    const notes = new Notes();
    const stop = backend.watch?.(notes) as () => void;
    return { client, backend, notes, stop };
  };

  it("that is stopped leaves a given client as it was", async () => {
    const client = new Redis(server.port);
    await client.ping();
    const before = client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const { notes, stop } = await open(client);
    await notes.up();
    expect(await connections()).toBe(2);
    stop();
    await until(async () => (await connections()) === 1);
    expect(await client.call("CLIENT", "GETREDIR")).toBe(-1);
    expect(client.eventNames().map((name) => [name, client.listenerCount(name)])).toEqual(before);
    await redisCommand(server.port, "SET", "hitbox::key", "1");
    await wait(100);
    expect(notes.all).toEqual(["<restored>"]);
    client.disconnect();
  });

  it("ends when the backend is closed, as lost", async () => {
    const { client, backend, notes } = await open();
    await notes.up();
    await backend.close?.();
    expect(notes.all).toEqual(["<restored>", "<lost>"]);
    expect(await client.call("CLIENT", "GETREDIR")).toBe(-1);
    await until(async () => (await connections()) === 1);
    client.disconnect();
  });

  it("that is stopped at once never begins", async () => {
    const { client, backend, notes, stop } = await open();
    stop();
    await wait(200);
    expect(notes.all).toEqual([]);
    await backend.close?.();
    expect(await connections()).toBe(1);
    client.disconnect();
  });

  it("can be begun again", async () => {
    const { client, backend, notes, stop } = await open();
    await notes.up();
    stop();
    const again = new Notes();
    const stopAgain = backend.watch?.(again);
    await again.up();
    expect(notes.all).toEqual(["<restored>"]);
    stopAgain?.();
    client.disconnect();
  });

  it("of a lazy client begins with its first operation", async () => {
    const { client, backend, notes } = await open(new Redis(server.port, { lazyConnect: true }));
    await wait(100);
    expect(client.status).toBe("wait");
    await backend.read("key");
    await notes.up();
    await backend.close?.();
    client.disconnect();
  });

  it.each([{ enableReadyCheck: false }, { enableAutoPipelining: true }, { commandTimeout: 50 }, { db: 3 }])(
    "of a client set to %o is like any other",
    async (settings) => {
      const { client, backend, notes } = await open(new Redis(server.port, settings));
      await notes.up();
      await wait(300);
      expect(notes.all).toEqual(["<restored>"]);
      await backend.close?.();
      client.disconnect();
    },
  );

  it("is lost when a given client is closed, and restored when it is connected again", async () => {
    const { client, backend, notes } = await open();
    await notes.up();
    client.disconnect();
    await until(() => !notes.isUp);
    await until(async () => (await connections()) === 0);
    await client.connect();
    await notes.up();
    await backend.close?.();
    client.disconnect();
  });

  it("holds no process open whose given client has been closed", async () => {
    const child = startChild(
      `import { redis } from "../dist/index.js";
       import { Redis } from "ioredis";
       const [, port, coherence] = process.argv;
       const client = new Redis(Number(port));
       const backend = redis({ client, coherence: { by: coherence, heartbeat: 60_000 } });
       const up = new Promise((restored) => backend.watch({ changed() {}, lost() {}, restored }));
       await backend.write("key", { payload: Buffer.from("1"), format: "json", createdAt: 1 });
       await up;
       await client.quit();
       say("closed");`,
      `${server.port}`,
      coherence,
    );
    expect(await child.hear()).toBe("closed");
    expect(await Promise.race([child.ended, wait(3_000)])).toBe(0);
  });

  it("of a client of ours ends with the backend, and so does the process", async () => {
    const child = startChild(
      `import { redis } from "../dist/index.js";
       const [, url, coherence] = process.argv;
       const backend = redis({ url, coherence });
       await new Promise((restored) => backend.watch({ changed() {}, lost() {}, restored }));
       await backend.close();
       say("closed");`,
      server.url,
      coherence,
    );
    expect(await child.hear()).toBe("closed");
    expect(await Promise.race([child.ended, wait(3_000)])).toBe(0);
    await until(async () => (await connections()) === 0);
  });
});
