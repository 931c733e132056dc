import { cacheBackend } from "@hitbox/core";
import { build, type Child, startChild, useFolder } from "@hitbox/test-support";
import { beforeAll, describe, expect, it } from "vitest";
import { keysOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

beforeAll(() => build("backends/sqlite"), 120_000);

const PREAMBLE = `
  import { cacheBackend, cacheValue } from "@hitbox/core";
  import { DatabaseSync } from "@photostructure/sqlite";
  import { sqlite } from "../dist/index.js";
  const [path, name] = process.argv.slice(1);
  const driver = process.getBuiltinModule("node:sqlite")?.DatabaseSync ?? DatabaseSync;
  const open = () => cacheBackend(sqlite({ path, driver, timeout: 20_000 }));
`;

function start(path: string, name: string, body: string): Child {
  return startChild(PREAMBLE + body, { cwd: import.meta.dirname, args: [path, name] });
}

describe("processes", () => {
  it("make one table together, and lose no write of each other", { timeout: 60_000 }, async () => {
    const path = freshPath();
    const names = ["a", "b", "c"];
    const children = names.map((name) =>
      start(
        path,
        name,
        `say("ready"); await hear();
         const backend = open();
         for (let i = 0; i < 300; i++) await backend.set(name + i, cacheValue(i));
         await backend.setMany(Array.from({ length: 300 }, (_, i) => [name + "-" + i, cacheValue(i)]));
         await backend.close();`,
      ),
    );
    for (const child of children) expect(await child.hear()).toBe("ready");
    for (const child of children) child.say("go");
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0]);
    const backend = cacheBackend(open({ path }));
    expect(await keysOf(backend)).toHaveLength(1_800);
    await backend.close();
  });

  it("keep what a killed one was answered", { timeout: 60_000 }, async () => {
    const path = freshPath();
    const child = start(
      path,
      "a",
      `const backend = open();
       for (let i = 0; i < 50; i++) await backend.set("key" + i, cacheValue(i));
       say("written"); setInterval(() => backend.set("more", cacheValue(Math.random())), 1);`,
    );
    expect(await child.hear()).toBe("written");
    child.kill("SIGKILL");
    await child.ended;
    const backend = cacheBackend(open({ path }));
    for (let i = 0; i < 50; i++) expect((await backend.get(`key${i}`))?.data).toBe(i);
    await backend.close();
  });

  it("end by themselves with an open backend", { timeout: 60_000 }, async () => {
    const child = start(freshPath(), "a", `await open().set("a", cacheValue(1));`);
    expect(await child.ended).toBe(0);
  });
});
