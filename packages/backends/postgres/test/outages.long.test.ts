import { cacheBackend, cacheValue } from "@hitbox/core";
import { succeeds, until } from "@hitbox/test-support";
import pg from "pg";
import postgresJs from "postgres";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client, server } = useServer();

async function madeTable(): Promise<string> {
  const table = freshTable();
  await createTable({ client: client(), table, kind: "logged" });
  return table;
}

const CLIENTS: readonly (readonly [string, () => Partial<PostgresOptions>])[] = [
  ["a URL", () => ({ url: url() })],
  [
    "a pool of pg",
    () => {
      const pool = new pg.Pool({
        connectionString: url(),
        query_timeout: 1_000,
        connectionTimeoutMillis: 1_000,
      });
      pool.on("error", () => {});
      onTestFinished(() => pool.end());
      return { client: pool };
    },
  ],
  [
    "the package postgres",
    () => {
      const js = postgresJs(url(), { onnotice: () => {}, backoff: () => 0.1 });
      onTestFinished(() => js.end({ timeout: 0 }));
      return { client: js };
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
    cacheBackend(postgres({ ...options(), table, timeout: 500, clearTimeout: 500, onWarning: () => {} }));

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

it("a hot standby is read and not written, and tells an operator that it hears of no change", async () => {
  const table = await madeTable();
  const primary = cacheBackend(postgres({ client: client(), table, timeout: FAR_DEADLINE }));
  await primary.set("a", cacheValue("copied"));
  const standby = await server().standby();
  onTestFinished(() => standby.close());
  const warnings: string[] = [];
  const own = postgres({
    ...{ url: standby.url, table, timeout: FAR_DEADLINE, coherence: "notify" },
    onWarning: ({ message }) => warnings.push(message),
  });
  const backend = cacheBackend(own);
  await until(async () => (await backend.get("a"))?.data === "copied");
  expect((await failureOf(() => backend.set("a", cacheValue(1)))).code).toBe("unavailable");
  let isUp = false;
  own.watch?.({ changed: () => {}, lost: () => {}, restored: () => (isUp = true) });
  await until(() => warnings.length === 1);
  expect(warnings[0]).toMatch(/^postgres: changes by others are not heard.*during recovery/);
  expect(isUp).toBe(false);
  const unlogged = freshTable();
  await createTable({ client: client(), table: unlogged });
  const none = cacheBackend(postgres({ url: standby.url, table: unlogged, timeout: FAR_DEADLINE }));
  await until(async () => (await failureOf(() => none.get("a"))).code === "unsupported");
  await Promise.all([backend.close(), none.close()]);
});
