import { cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { AT_ONCE, CLIENTS, FAR_DEADLINE, failureOf, SLACK, succeeds, until } from "./support.ts";

const TIMEOUT = 300;

interface Settings {
  readonly enableOfflineQueue?: boolean;
  readonly maxRetriesPerRequest?: number | null;
  readonly autoResendUnfulfilledCommands?: boolean;
  readonly enableAutoPipelining?: boolean;
}

const SETTINGS: readonly (readonly [string, Settings])[] = [
  ["default settings", {}],
  ["settings that wait for ever", { enableOfflineQueue: true, maxRetriesPerRequest: null }],
  ["no offline queue", { enableOfflineQueue: false, autoResendUnfulfilledCommands: false }],
  ["automatic pipelines", { enableAutoPipelining: true, maxRetriesPerRequest: null }],
];

let server: RedisServer;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

describe.each(CLIENTS)("while the server is away, $version", ({ Redis }) => {
  describe.each(SETTINGS)("with %s", (_, settings) => {
    let client: InstanceType<typeof Redis>;
    let cache: ReturnType<typeof cacheBackend>;
    /** With a deadline that no busy machine reaches. */
    let patient: ReturnType<typeof cacheBackend>;

    const operationsOn = (backend: typeof cache): (() => unknown)[] => [
      () => backend.get("key"),
      () => backend.getMany(["a", "b"]),
      () => backend.set("key", cacheValue(1)),
      () =>
        backend.setMany([
          ["a", cacheValue(1)],
          ["b", cacheValue(2)],
        ]),
      () => backend.delete("key"),
      () => backend.deleteMany(["a", "b"]),
      () => backend.clear(),
    ];

    beforeEach(async () => {
      client = new Redis(server.port, { retryStrategy: () => 50, ...settings });
      client.on("error", () => {});
      cache = cacheBackend(redis({ client, timeout: TIMEOUT }));
      patient = cacheBackend(redis({ client, timeout: FAR_DEADLINE }));
      await until(succeeds(() => cache.set("key", cacheValue("before"))));
    });
    afterEach(() => client.disconnect());

    it("every operation fails at once after a kill, and succeeds soon after a restart", async () => {
      await server.kill();
      await until(() => client.status !== "ready");
      for (const operation of operationsOn(patient)) {
        const { code, ms } = await failureOf(operation);
        expect(code).toBe("connection");
        expect(ms).toBeLessThan(AT_ONCE);
      }
      await server.restart();
      await until(succeeds(() => cache.get("key")));
      // The set that failed has not been executed since.
      expect(await patient.get("key")).toBeUndefined();
    });

    it("what is under way at a kill settles within the deadline", async () => {
      server.stop();
      const failing = operationsOn(cache).map((operation) => failureOf(operation));
      await server.kill();
      for (const { code, ms } of await Promise.all(failing)) {
        expect(code).toBe("connection");
        expect(ms).toBeLessThan(TIMEOUT + SLACK);
      }
    });

    it("every operation on a silent server fails at the deadline, and succeeds once it speaks", async () => {
      server.stop();
      const failures = await Promise.all(operationsOn(cache).map((operation) => failureOf(operation)));
      for (const { code, ms } of failures) {
        expect(code).toBe("timeout");
        // One that waits for another fails with it, and a busy machine may have begun it later.
        expect(ms).toBeGreaterThan(TIMEOUT / 2);
        // A clear waits for the writes that were asked for before it.
        expect(ms).toBeLessThan(2 * TIMEOUT + SLACK);
      }
      server.resume();
      await until(succeeds(() => cache.set("key", cacheValue("after"))));
      expect((await patient.get("key"))?.data).toBe("after");
    });
  });
});
