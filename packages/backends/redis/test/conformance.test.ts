import { backendConformance } from "@hitbox/conformance";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
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
  const opened: InstanceType<typeof Redis>[] = [];
  afterAll(() => {
    for (const client of opened) client.disconnect();
  });
  backendConformance({
    test,
    awkwardSpaces,
    open(prefix) {
      const client = new Redis(server.port);
      opened.push(client);
      return redis({ client, prefix });
    },
  });
});

describe("by url", () => {
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => redis({ url: server.url, timeout: 20_000, prefix }),
  });
});

describe.each(quickly(["tracking", "bus"] as const, 1))("with %s", (coherence) => {
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => redis({ url: server.url, timeout: 20_000, prefix, coherence }),
  });
});
