import { inspect } from "node:util";
import { cacheBackend, cacheValue } from "@hitbox/core";
import postgresJs from "postgres";
import { afterAll, expect, it } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { statements } from "../src/sql.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client } = useServer();

const ends: (() => unknown)[] = [];
afterAll(() => Promise.all(ends.map((end) => end())));

async function made(options: Partial<PostgresOptions> = {}) {
  const table = freshTable();
  await createTable({ client: client(), table });
  const tier = cacheBackend(postgres({ client: client(), table, timeout: FAR_DEADLINE, ...options }));
  return { table, tier };
}

/** A row that another writer of the table has made. */
function insert(table: string, key: string, bytes: number): Promise<unknown> {
  const row = "convert_to($1, 'UTF8'), convert_to(repeat('x', $2::int4), 'UTF8')";
  return client().query(`INSERT INTO "${table}" (key, value) SELECT ${row}`, [key, bytes]);
}

it.each([{}, { coherence: "notify" as const }])("reads no row over the limit: %j", async (options) => {
  const { table, tier } = await made({ maxValueBytes: 2_048, ...options });
  await tier.set("small", cacheValue("v"));
  await insert(table, "large", 2_048 + 257);
  const kinds = [() => tier.get("large"), () => tier.lease("large", 1_000)];
  for (const run of kinds) expect(await failureOf(run)).toMatchObject({ code: "too-large" });
  const error = (await failureOf(() => tier.getMany(["small", "large"]))).error;
  expect(error.message).toContain("Raise `maxValueBytes`");
  expect(await tier.delete("large")).toMatchObject({ status: "deleted" });
  await insert(table, "large", 2_048 + 257);
  const statuses = await tier.deleteMany(["large", "small"]);
  expect(statuses.map(({ status }) => status)).toEqual(["deleted", "deleted"]);
  await insert(table, "large", 2_048 + 257);
  await tier.set("large", cacheValue("v"));
  expect((await tier.get<string>("large"))?.data).toBe("v");
  await tier.close();
});

it("reads a value that takes two steps, up to the limit", async () => {
  const limit = 2 ** 18 + 1_024;
  const { table, tier } = await made({ maxValueBytes: limit });
  for (const length of [2 ** 18 - 1_024, 2 ** 18 + 512]) {
    const value = "v".repeat(length);
    await tier.set("key", cacheValue(value));
    expect((await tier.get<string>("key"))?.data).toBe(value);
    expect((await tier.lease<string>("key", 1_000)).value?.data).toBe(value);
    await tier.delete("key");
  }
  await insert(table, "key", limit + 257);
  expect(await failureOf(() => tier.get("key"))).toMatchObject({ code: "too-large" });
  await tier.close();
});

it("fails a large row for its own readers alone", async () => {
  const { table, tier } = await made({ maxValueBytes: 2_048 });
  await tier.set("small", cacheValue("v"));
  await insert(table, "large", 10_000);
  const answers = await Promise.allSettled([tier.get<string>("small"), tier.get("large")]);
  expect(answers).toMatchObject([{ value: { data: "v" } }, { reason: { code: "too-large" } }]);
  await tier.close();
});

it("reads no more of a batch than its limit, and tells large rows from many", async () => {
  const { table } = await made();
  for (const [key, bytes] of [
    ["a", 600],
    ["b", 2_000],
    ["c", 600],
    ["d", 600],
  ] as const)
    await insert(table, key, bytes);
  const { getMany } = statements(table, { small: 1_000, value: 1_000, batch: 1_500 });
  const keys = ["d", "b", "none", "a", "c"].map((key) => `"\\\\x${Buffer.from(key).toString("hex")}"`);
  const { rows } = await client().query(`${getMany} ORDER BY place`, [`{${keys.join(",")}}`]);
  expect(rows.map(({ place, size, value }) => [place, size, value?.length])).toEqual([
    [1, 600, 600],
    [2, null, undefined],
    [4, 600, 600],
    [5, 600, undefined],
  ]);
});

const js = () => {
  const sql = postgresJs(url(), { max: 1, debug: true });
  ends.push(() => sql.end());
  return sql;
};

it.each([
  ["`url`", () => ({ client: undefined, url: url() })],
  ["a Pool of pg", () => ({})],
  ["postgres", () => ({ client: js() as never })],
])("shows neither key nor value in the error of a row that is refused: %s", async (_, source) => {
  const { table, tier } = await made(source());
  await client().query(`ALTER TABLE "${table}" ADD CONSTRAINT small CHECK (octet_length(value) < 10)`);
  const secrets = ["key-of-a-customer", "value-of-a-customer"] as const;
  const traces = secrets.flatMap((secret) => {
    const hex = Buffer.from(secret).toString("hex");
    return [secret, hex, hex.replace(/(..)(?!$)/g, "$1 ")];
  });
  for (const run of [
    () => tier.set(secrets[0], cacheValue(secrets[1])),
    () => tier.setMany([[secrets[0], cacheValue(secrets[1])]]),
    () => tier.lease(secrets[0], 1_000),
  ]) {
    const { error } = await failureOf(run);
    expect(error.message).toContain('violates check constraint "small"');
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
    for (const trace of traces) expect(shown).not.toContain(trace);
  }
  await tier.close();
});
