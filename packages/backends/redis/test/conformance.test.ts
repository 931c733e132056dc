import { backendConformance } from "@hitbox/conformance";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, test } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS } from "./support.ts";

// Endings with a meaning in SCAN patterns, and colons that the separator must not be confused with.
const awkwardSpaces = [":a", "*", "?", "[a]", "[^a]", "\\", "\\*", "^", "a-z", " ", "é", "{a}"];

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(quickly(CLIENTS, 1))("$version", ({ Redis }) => {
  const opened = new Map<string, InstanceType<typeof Redis>[]>();
  const clientsOf = (prefix: string) => opened.get(prefix) ?? [];
  let beneath: InstanceType<typeof Redis>;
  beforeAll(() => {
    beneath = new Redis(server.port);
  });
  afterAll(() => {
    for (const client of [beneath, ...[...opened.values()].flat()]) client.disconnect();
  });
  backendConformance({
    test,
    awkwardSpaces,
    open(prefix) {
      const client = new Redis(server.port);
      opened.set(prefix, [...clientsOf(prefix), client]);
      return redis({ client, prefix });
    },
    raw: {
      client: "given",
      connections: (prefix) => clientsOf(prefix).filter(({ status }) => status === "ready").length,
      breakConnection: (prefix) => clientsOf(prefix).forEach((client) => void client.disconnect()),
      bytes: async (prefix, key) => (await beneath.getBuffer(`${prefix}::${key}`)) ?? undefined,
      damage: (prefix, key) => beneath.set(`${prefix}::${key}`, "no entry", "KEEPTTL"),
      timeToLive: (prefix, key) => timeToLive(beneath, `${prefix}::${key}`),
    },
  });
});

describe.each(quickly(["tracking", undefined, "bus"] as const, 1))("by url, coherence %s", (coherence) => {
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => redis({ url: server.url, timeout: 20_000, prefix, coherence }),
  });
});

/** Milliseconds; undefined if there is no such key. */
async function timeToLive(client: Pick<Redis, "pttl">, key: string): Promise<number | undefined> {
  const ms = await client.pttl(key);
  if (ms === -2) return undefined;
  return ms === -1 ? Number.POSITIVE_INFINITY : ms;
}
