import { compose } from "@hitbox/composition";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { until } from "@hitbox/test-support";
import pg from "pg";
import postgresJs from "postgres";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { entry, FAR_DEADLINE, freshTable, useServer } from "./support.ts";

const { url, client } = useServer();

/** A heartbeat that no busy machine misses. */
const COHERENCE = { by: "notify", heartbeat: 20_000 } as const;

async function madeTable(): Promise<string> {
  const table = freshTable();
  await createTable({ client: client(), table });
  return table;
}

function opened(table: string, options: Partial<PostgresOptions> = { url: url() }) {
  const backend = postgres({ table, timeout: FAR_DEADLINE, coherence: COHERENCE, ...options });
  const { close } = backend;
  let closed: unknown;
  const once = async (): Promise<void> => {
    closed ??= close?.();
    await closed;
  };
  onTestFinished(once);
  return { ...backend, close: once };
}

/** A watch that is up. */
async function heardBy(backend: ReturnType<typeof postgres>) {
  const heard = { keys: [] as string[], gaps: 0, isUp: false };
  const stop = backend.watch?.({
    changed: (keys) => heard.keys.push(...keys),
    lost: () => {
      heard.isUp = false;
      heard.gaps += 1;
    },
    restored: () => {
      heard.isUp = true;
    },
  });
  await until(() => heard.isUp);
  return { heard, stop };
}

function jsClient() {
  const js = postgresJs(url(), { max: 2, onnotice: () => {} });
  onTestFinished(() => js.end());
  return js;
}

function pool(max: number) {
  const own = new pg.Pool({ connectionString: url(), max });
  onTestFinished(() => own.end());
  return own;
}

describe.each<[string, () => Partial<PostgresOptions>]>([
  ["a URL", () => ({ url: url() })],
  ["a pool of pg", () => ({ client: pool(3) })],
  ["the package postgres", () => ({ client: jsClient() })],
])("over %s, changes of another backend", (_, options) => {
  it("are heard by their keys, and leases are not", async () => {
    const table = await madeTable();
    const { heard } = await heardBy(opened(table, options()));
    const other = opened(table, options());
    const keys = ["plain", "a\0b c", 'é"{},\\', "😀", "x".repeat(2_500)];
    await other.write("first", entry(1));
    await other.writeMany?.(keys.map((key) => [key, entry(1)]));
    await other.removeMany?.(keys.toReversed());
    const { fence = "" } = (await other.lease?.("leased", 1_000)) ?? {};
    await other.releaseLease?.("leased", fence);
    expect(await other.writeFenced?.("leased", entry(1), fence)).toBe(true);
    expect(await other.remove("first")).toEqual({ status: "deleted", count: 1 });
    await until(() => heard.keys.length === 13);
    expect(heard.keys).toEqual([
      "first",
      ...keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      ...keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      ...["leased", "first"],
    ]);
    expect(heard.gaps).toBe(0);
  });
});

it("tells of a large batch of long keys in as many messages as it needs", async () => {
  const table = await madeTable();
  const { heard } = await heardBy(opened(table));
  const keys = Array.from({ length: 250 }, (_, at) => `${"k".repeat(2_000)}-${at}`);
  await opened(table).writeMany?.(keys.map((key) => [key, entry(1)]));
  await until(() => heard.keys.length === keys.length);
  expect(heard.keys.toSorted()).toEqual(keys.toSorted());
});

it("tells of a clear as a gap, of an empty table too", async () => {
  const table = await madeTable();
  const { heard } = await heardBy(opened(table));
  const other = opened(table);
  await other.clear?.();
  await until(() => heard.gaps === 1 && heard.isUp);
  await other.write("a", entry(1));
  await other.clear?.();
  await until(() => heard.gaps >= 3 && heard.isUp);
});

it("is told of no change that was not committed, and of none to another table", async () => {
  const [table, elsewhere] = [await madeTable(), await madeTable()];
  const { heard } = await heardBy(opened(table));
  const owner = new pg.Client(url());
  await owner.connect();
  onTestFinished(() => owner.end());
  const inTransaction = postgres({ client: { query: owner.query.bind(owner) } as pg.Client, table });
  expect(inTransaction.supports.watch).toBe(false);
  await opened(elsewhere).write("elsewhere", entry(1));
  await owner.query(
    `BEGIN; INSERT INTO "${table}" VALUES ('gone', 'x'); NOTIFY "hitbox.${table}", 'x Z29uZQ'`,
  );
  await owner.query("ROLLBACK");
  await opened(table).write("after", entry(1));
  await until(() => heard.keys.includes("after"));
  expect(heard.keys).toEqual(["after"]);
});

it("is told of its own changes once, and not again by the server", async () => {
  const table = await madeTable();
  const backend = opened(table);
  const { heard } = await heardBy(backend);
  await backend.write("own", entry(1));
  await opened(table).write("other", entry(1));
  await until(() => heard.keys.includes("other"));
  expect(heard.keys).toEqual(["own", "other"]);
});

it("takes a message that nobody here writes for a gap", async () => {
  const table = await madeTable();
  const { heard } = await heardBy(opened(table));
  await client().query(`NOTIFY "hitbox.${table}", 'somebody !'`);
  await until(() => heard.gaps === 1 && heard.isUp);
});

it("is lost while the connection is away, restored after it, and lost when it is closed", async () => {
  const table = await madeTable();
  const backend = opened(table);
  const { heard } = await heardBy(backend);
  const where = `WHERE query LIKE 'LISTEN%${table}"'`;
  const listeners = `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity ${where}`;
  expect((await client().query(listeners)).rowCount).toBe(1);
  await until(() => heard.gaps === 1 && heard.isUp);
  await opened(table).write("a", entry(1));
  await until(() => heard.keys.includes("a"));
  await backend.close?.();
  expect(heard.isUp).toBe(false);
});

it("gives the connection back when nobody watches any more", async () => {
  const table = await madeTable();
  const own = pool(2);
  const { stop } = await heardBy(opened(table, { client: own }));
  expect(own.totalCount - own.idleCount).toBe(1);
  stop?.();
  await until(() => own.totalCount === own.idleCount);
  await heardBy(opened(table, { client: own }));
});

it("keeps a first tier from answering with a value that another process has replaced", async () => {
  const table = await madeTable();
  const [one, other] = [1, 2].map(() => compose(memory({ maxEntries: 10 }), opened(table)));
  if (!one || !other) throw new Error("two are needed");
  await one.set("k", cacheValue("old", { ttl: 60_000 }));
  await until(async () => (await other.get("k"))?.data === "old");
  await one.set("k", cacheValue("new", { ttl: 60_000 }));
  await until(async () => (await other.get("k"))?.data === "new");
  await cacheBackend(opened(table)).delete("k");
  await until(async () => (await one.get("k")) === undefined && (await other.get("k")) === undefined);
  await Promise.all([one.close(), other.close()]);
});

describe("the option", () => {
  it.each<[string, object, string]>([
    ["a way that is none", { coherence: "tracking" }, 'coherence must be "notify"'],
    ["a short heartbeat", { coherence: { by: "notify", heartbeat: 5 } }, "heartbeat must be"],
    ["an unknown member", { coherence: { by: "notify", beat: 5 } }, "`beat` is not an option"],
  ])("refuses %s", (_, options, message) => {
    expect(() => postgres({ url: "postgres://127.0.0.1:1/x", ...options } as never)).toThrow(message);
  });

  it("refuses a client that has no connection to spare", () => {
    const alone = new pg.Client(url());
    for (const given of [alone, new pg.Pool({ connectionString: url(), max: 1 })])
      expect(() => postgres({ client: given, coherence: "notify" })).toThrow("coherence needs `url`, a Pool");
  });
});
