import { setImmediate as immediate, setTimeout as wait } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { type DynamoDbLocal, startDynamoDbLocal } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deadline } from "../src/deadline.ts";
import { createTable, dynamodb } from "../src/index.ts";
import type { LightSignal, StopSignal } from "../src/stop.ts";
import { clientOf, entry, failureOf, fresh, tamperWith } from "./support.ts";

const TIMEOUT = 300;
/** More milliseconds than a deadline is late by on a busy machine. */
const LATE = 5_000;

let server: DynamoDbLocal;
const table = "deadlines";
beforeAll(async () => {
  server = await startDynamoDbLocal();
  await createTable(clientOf(server), { table });
}, 60_000);
afterAll(() => server.close());

function tierOf(client: DynamoDBClient): ReturnType<typeof cacheBackend> {
  return cacheBackend(dynamodb({ client, table, prefix: fresh("deadline"), timeout: TIMEOUT }));
}

function throttling(): Error {
  const error = new Error("Throughput exceeds the current capacity of your table");
  return Object.assign(error, { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });
}

describe("an operation", () => {
  it.each(["get", "getMany", "set", "setMany", "delete", "clear"] as const)(
    "%s on a silent server fails at the deadline",
    async (name) => {
      const client = clientOf(server);
      const table = fresh("silent");
      await createTable(client, { table, sortKey: "sk" });
      const cache = cacheBackend(dynamodb({ client, table, sortKey: "sk", timeout: TIMEOUT }));
      const run = {
        get: () => cache.get("key"),
        getMany: () => cache.getMany(["a", "b"]),
        set: () => cache.set("key", cacheValue("value")),
        setMany: () =>
          cache.setMany([
            ["a", cacheValue(1)],
            ["b", cacheValue(2)],
          ]),
        delete: () => cache.delete("key"),
        clear: () => cache.clear(),
      };
      server.stop();
      const { code, ms, error } = await failureOf(run[name]).finally(() => server.resume());
      expect([code, error.retryable]).toEqual(["timeout", true]);
      expect(ms).toBeGreaterThan(TIMEOUT - 20);
      expect(ms).toBeLessThan(TIMEOUT + LATE);
      // Under another key: what the server was sent before it fell silent, it does when it goes on.
      const again = cacheBackend(dynamodb({ client, table, sortKey: "sk", timeout: 20_000 }));
      await again.set("other", cacheValue("value"));
      expect((await again.get("other"))?.data).toBe("value");
    },
  );

  it("that is late is aborted: the SDK sends nothing after the deadline, however often it is to retry", async () => {
    const client = clientOf(server, { maxAttempts: 1_000 });
    const sent: number[] = [];
    const start = performance.now();
    tamperWith(client, () => {
      sent.push(performance.now() - start);
      return Promise.reject(throttling());
    });
    const { code, error, ms } = await failureOf(() => tierOf(client).delete("key"));
    expect([code, error.retryable]).toEqual(["unavailable", true]);
    expect(error.message).toMatch(/no success within 300 ms.*Throughput exceeds/);
    expect(ms).toBeLessThan(TIMEOUT + LATE);
    await wait(5 * TIMEOUT);
    for (const at of sent) expect(at).toBeLessThan(ms + 20);
  });

  it("says why its attempts failed if it is late again", async () => {
    const client = clientOf(server, { maxAttempts: 1_000 });
    tamperWith(client, () => Promise.reject(throttling()));
    const cache = tierOf(client);
    const codes = [];
    for (let read = 0; read < 2; read++) codes.push((await failureOf(() => cache.get("key"))).code);
    expect(codes).toEqual(["timeout", "unavailable"]);
  });

  it.each([1, 2])(
    "that is throttled is tried as often as the SDK says, %i times, and no more",
    async (maxAttempts) => {
      const client = clientOf(server, { maxAttempts });
      let sent = 0;
      tamperWith(client, () => {
        sent += 1;
        return Promise.reject(throttling());
      });
      const cache = cacheBackend(dynamodb({ client, table, timeout: 10_000 }));
      const { code, error } = await failureOf(() => cache.getMany(["a", "b"]));
      expect([code, error.retryable]).toEqual(["unavailable", true]);
      expect(sent).toBe(maxAttempts);
    },
  );

  it("says nothing of attempts that failed before one succeeded", async () => {
    const options = { table, prefix: fresh("deadline"), chunking: true };
    const large = entry("", { payload: Buffer.alloc(500_000) });
    await dynamodb({ ...options, client: clientOf(server), timeout: 20_000 }).write("key", large);
    const client = clientOf(server);
    // The entries are read at the second attempt, and its parts never.
    tamperWith(client, (_, send, count) => {
      if (count === 1) return Promise.reject(throttling());
      return count === 2 ? send() : new Promise(() => {});
    });
    const tier = dynamodb({ ...options, client, timeout: 1_000 });
    const [answer] = (await tier.readMany?.(["key", "none"])) ?? [];
    expect(answer).toMatchObject({ code: "timeout", message: "no answer within 1000 ms" });
  });

  it("sends no more requests after one of them has failed", async () => {
    const options = { table, prefix: fresh("deadline"), chunking: true };
    // In more parts than one request reads.
    const payload = Buffer.alloc(12 * 384 * 1024);
    await dynamodb({ ...options, client: clientOf(server), timeout: 20_000 }).write(
      "key",
      entry("", { payload }),
    );
    const client = clientOf(server, { maxAttempts: 1_000 });
    let sent = 0;
    tamperWith(client, (name, send) => {
      if (name !== "BatchGetItem") return send();
      sent += 1;
      const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: {} });
      return Promise.reject(sent === 1 ? denied : throttling());
    });
    const tier = dynamodb({ ...options, client, timeout: TIMEOUT });
    await expect(tier.read("key")).rejects.toThrow("no");
    const before = sent;
    await wait(5 * TIMEOUT);
    expect(sent).toBe(before);
  });

  it("fails at the deadline if the credentials never come", async () => {
    const client = clientOf(server, { credentials: () => new Promise(() => {}) });
    const { code, ms } = await failureOf(() => tierOf(client).get("key"));
    expect(code).toBe("timeout");
    expect(ms).toBeLessThan(TIMEOUT + LATE);
  });

  it("that waits for an earlier one of its key has the wait counted, and is not sent when it is late", async () => {
    const client = clientOf(server);
    let sent = 0;
    tamperWith(client, async (_, send) => {
      sent += 1;
      await wait(3_000);
      return send();
    });
    const tier = dynamodb({ client, table, prefix: fresh("deadline"), timeout: 5_000 });
    const writes = [1, 2, 3].map((value) =>
      failureOf(() => tier.write("key", entry(`${value}`))).catch(() => "ok"),
    );
    expect(await Promise.all(writes)).toMatchObject(["ok", { code: "timeout" }, { code: "timeout" }]);
    await wait(500);
    expect(sent).toBe(2);
  });
});

describe("a deadline", () => {
  it("does not fail what waits behind a blocked event loop", async () => {
    const { port1, port2 } = new MessageChannel();
    const reply = new Promise((resolve) => port2.once("message", resolve));
    await immediate();
    const limited = Deadline.run(30, (deadline) => deadline.within(reply));
    port1.postMessage("in time");
    const start = performance.now();
    while (performance.now() - start < 80);
    expect(await limited).toBe("in time");
    port1.close();
  });

  it("rejects nothing unheard when it passes between two requests", async () => {
    const late = Deadline.run(5, async () => {
      await wait(20);
      return "done";
    });
    expect(await late).toBe("done");
  });

  it("tells a request that has ended nothing", async () => {
    const signals: StopSignal[] = [];
    await Deadline.run(1_000, async (deadline) => {
      for (const answer of [Promise.resolve("well"), Promise.reject(new Error("badly"))])
        await deadline
          .request(clientOf(server), ({ abortSignal }) => {
            signals.push(abortSignal);
            return answer;
          })
          .catch(() => {});
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it("tells a request to stop, and one that begins after it at once", async () => {
    const told: string[] = [];
    const endless = ({ abortSignal }: { readonly abortSignal: StopSignal }): Promise<void> => {
      if (abortSignal.aborted) told.push("at once");
      (abortSignal as LightSignal).onabort = () => void told.push("in the middle");
      return new Promise(() => {});
    };
    const late = Deadline.run(5, async (deadline) => {
      await deadline.request(clientOf(server), endless).catch(() => {});
      await deadline.request(clientOf(server), endless);
    });
    await expect(late).rejects.toMatchObject({ code: "timeout" });
    expect(told).toEqual(["in the middle", "at once"]);
  });
});
