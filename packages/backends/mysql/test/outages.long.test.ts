import { cacheBackend, cacheValue } from "@hitbox/core";
import { succeeds, until } from "@hitbox/test-support";
import * as byCallbacks from "mysql2";
import { createPool } from "mysql2/promise";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTable, type MysqlOptions, mysql } from "../src/index.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client, server } = useServer();

async function madeTable(): Promise<string> {
  const table = freshTable();
  await createTable({ client: client(), table });
  return table;
}

/** The end of a pool fails if a connection was still being opened at the stopped server. */
const ended = (pool: { end(): Promise<void> }): Promise<void> => pool.end().catch(() => {});

const CLIENTS: readonly (readonly [string, () => Partial<MysqlOptions>])[] = [
  ["a URL", () => ({ url: url() })],
  [
    "a pool",
    () => {
      const pool = createPool({ uri: url(), connectTimeout: 1_000 });
      onTestFinished(() => ended(pool));
      return { client: pool };
    },
  ],
  [
    "a pool by callbacks",
    () => {
      const pool = byCallbacks.createPool({ uri: url(), connectTimeout: 1_000 });
      onTestFinished(() => ended(pool.promise()));
      return { client: pool };
    },
  ],
];

/** One of each operation that goes to the server. */
function everyOperation(backend: ReturnType<typeof cacheBackend>): (() => unknown)[] {
  const value = cacheValue("during");
  return [
    () => backend.get("a"),
    () => backend.getMany(["a", "b"]),
    () => backend.set("c", value),
    () => backend.setMany([["d", value]]),
    () => backend.delete("e"),
    () => backend.deleteMany(["f"]),
    () => backend.lease("g", 1_000),
    () => backend.setFenced("h", value, "fence"),
    () => backend.releaseLease("i", "fence"),
    () => backend.clear(),
    async () => {
      for await (const _ of backend.keys());
    },
  ];
}

/** A busy machine may need several reads. */
async function firstRead(backend: ReturnType<typeof cacheBackend>): Promise<unknown> {
  let data: unknown;
  const read = async () => {
    data = (await backend.get("a"))?.data;
  };
  await until(succeeds(read));
  return data;
}

describe.each(CLIENTS)("over %s", (_, options) => {
  const open = (table: string) =>
    cacheBackend(mysql({ ...options(), table, timeout: 500, clearTimeout: 500, onWarning: () => {} }));

  it("every operation times out at a stopped server, which serves when it goes on", async () => {
    const backend = open(await madeTable());
    await until(succeeds(() => backend.set("a", cacheValue("before"))));
    server().stop();
    try {
      const failures = await Promise.all(everyOperation(backend).map((run) => failureOf(run)));
      expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["timeout"]));
    } finally {
      server().resume();
    }
    // The server may still run the last statements of broken connections, `clear` among them.
    const serves = async () => {
      await backend.set("a", cacheValue("after"));
      expect((await backend.get("a"))?.data).toBe("after");
    };
    await until(succeeds(serves));
    await backend.close();
  });

  it("every operation under way fails if the server is killed, and works when it is back", async () => {
    const backend = open(await madeTable());
    await until(succeeds(() => backend.set("a", cacheValue("before"))));
    const underWay = everyOperation(backend).map(async (run) => run());
    const killed = server().kill();
    for (const end of await Promise.allSettled(underWay))
      if (end.status === "rejected")
        expect(["connection", "timeout"]).toContain((await failureOf(() => Promise.reject(end.reason))).code);
    await killed;
    for (const run of everyOperation(backend))
      expect(["connection", "timeout"]).toContain((await failureOf(run)).code);
    await server().restart();
    await until(succeeds(() => backend.set("a", cacheValue("after"))));
    expect(await firstRead(backend)).toBe("after");
    await backend.close();
  });
});

describe("a full table space", () => {
  const full = useServer(["innodb-file-per-table=OFF", "innodb-data-file-path=ibdata1:12M"]);

  it("fails writes as `unavailable`, changes nothing, and is read", async () => {
    const table = "small";
    await createTable({ client: full.client(), table });
    const backend = cacheBackend(
      mysql({ url: full.url(), table, timeout: FAR_DEADLINE, onWarning: () => {} }),
    );
    const large = cacheValue("x".repeat(1_000_000));
    await backend.set("first", cacheValue("before"));
    const fill = async (): Promise<void> => {
      for (let at = 0; at < 20; at++) await backend.set(`key-${at}`, large);
    };
    expect((await failureOf(fill)).code).toBe("unavailable");
    expect((await failureOf(() => backend.set("first", large))).code).toBe("unavailable");
    expect((await backend.get("first"))?.data).toBe("before");
    await backend.close();
  });
});

it("closes at a stopped server", async () => {
  const table = await madeTable();
  const backend = cacheBackend(mysql({ url: url(), table, timeout: 100, onWarning: () => {} }));
  await until(succeeds(() => backend.get("a")));
  server().stop();
  try {
    // Its threads stop one after the other.
    await until(async () => !(await succeeds(() => backend.get("a"))()));
    await backend.close();
  } finally {
    server().resume();
  }
});
