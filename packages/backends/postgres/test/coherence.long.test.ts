import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { build, startChild, until } from "@hitbox/test-support";
import pg from "pg";
import postgresJs from "postgres";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { FAR_DEADLINE, freshTable, useServer } from "./support.ts";

const { url, client, server } = useServer();
beforeAll(() => build("backends/postgres", "backends/memory", "composition"), 120_000);

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
      const pool = new pg.Pool({ connectionString: url(), query_timeout: 1_000 });
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

const CHILD = `
  import { compose } from "@hitbox/composition";
  import { cacheValue } from "@hitbox/core";
  import { memory } from "@hitbox/memory";
  import { postgres } from "../dist/index.js";
  const [url, table] = process.argv.slice(1);
  const far = postgres({ url, table, timeout: 20_000, coherence: "notify" });
  const own = compose(memory({ maxEntries: 100 }), far);
  say("ready");
  for (let line = await hear(); line !== "end"; line = await hear()) {
    const [verb, key, value] = line.split(" ");
    if (verb === "set") await own.set(key, cacheValue(value));
    if (verb === "setMany") await own.setMany([[key, cacheValue(value)], ["other", cacheValue(value)]]);
    if (verb === "delete") await own.delete(key);
    if (verb === "clear") await own.clear();
    const found = await own.get(key);
    say(verb + " " + (found?.data ?? "none"));
  }
  await own.close();
`;

describe.each(CLIENTS)("two processes, one over %s", (_, options) => {
  it("see each other's changes in their first tiers", { timeout: 60_000 }, async () => {
    const table = await madeTable();
    const child = startChild(CHILD, { cwd: import.meta.dirname, args: [url(), table] });
    onTestFinished(() => child.kill("SIGKILL"));
    expect(await child.hear()).toBe("ready");
    const asked = (line: string): Promise<string | undefined> => {
      child.say(line);
      return child.hear();
    };
    const own = compose(
      memory({ maxEntries: 100 }),
      postgres({ ...options(), table, timeout: FAR_DEADLINE, coherence: "notify" }),
    );
    const here = async (key: string) => (await own.get<string>(key))?.data;
    const there = async (key: string) => (await asked(`get ${key}`))?.slice("get ".length);
    for (const verb of ["set", "setMany"])
      for (let round = 0; round < 20; round++) {
        await asked(`${verb} k ${verb}-${round}`);
        await until(async () => (await here("k")) === `${verb}-${round}`);
        await own.set("k", cacheValue(`own-${round}`));
        await until(async () => (await there("k")) === `own-${round}`);
      }
    await asked("delete k");
    await until(async () => (await here("k")) === undefined);
    await own.setMany([["k", cacheValue("again")]]);
    await until(async () => (await there("k")) === "again");
    await asked("clear k");
    await until(async () => (await here("k")) === undefined && (await here("other")) === undefined);
    child.say("end");
    expect(await child.ended).toBe(0);
    await own.close();
  });

  it("lose coherence at a stopped or killed server, and have it again", { timeout: 60_000 }, async () => {
    const backend = postgres({
      ...{ ...options(), table: await madeTable(), timeout: 500, onWarning: () => {} },
      coherence: { by: "notify", heartbeat: 1_000 },
    });
    const said: string[] = [];
    backend.watch?.({
      changed: () => {},
      lost: () => said.push("lost"),
      restored: () => said.push("restored"),
    });
    const isUp = () => said.at(-1) === "restored";
    await until(isUp);
    server().stop();
    try {
      await until(() => !isUp());
    } finally {
      server().resume();
    }
    await until(isUp);
    await server().kill();
    await until(() => !isUp());
    await server().restart();
    await until(isUp);
    for (let at = 1; at < said.length; at++) expect(said[at]).not.toBe(said[at - 1]);
    await backend.close?.();
    expect(said.at(-1)).toBe("lost");
  });
});
