import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { createCache as createManager } from "cache-manager";
import { Cacheable } from "cacheable";
import { describe, expect, it, onTestFinished } from "vitest";
import * as afterBento from "./codemods/bentocache/after.ts";
import * as beforeBento from "./codemods/bentocache/before.ts";
import * as afterManager from "./codemods/cache-manager/after.ts";
import * as beforeManager from "./codemods/cache-manager/before.ts";
import * as afterCacheable from "./codemods/cacheable/after.ts";
import * as beforeCacheable from "./codemods/cacheable/before.ts";

const FIXTURES = join(import.meta.dirname, "codemods");
const RULES = join(import.meta.dirname, "../../docs/guides/codemods");
const { resolveBinaryPath } = createRequire(import.meta.url)("@ast-grep/cli/postinstall.js");

const run = promisify(execFile);
const scan = (rules: string, ...args: readonly string[]): Promise<{ readonly stdout: string }> =>
  run(resolveBinaryPath(), ["scan", "--rule", join(RULES, rules), ...args]);

/** A copy of a fixture that a test may change. */
async function copyOf(peer: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hitbox-codemods-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(FIXTURES, peer, name), join(folder, "calls.ts"));
  return join(folder, "calls.ts");
}

/** The text after as many runs as change it: one for each level of calls within calls. */
async function rewritten(peer: string, path: string): Promise<string> {
  const before = await readFile(path, "utf8");
  await scan(`${peer}.yml`, "--update-all", path);
  const after = await readFile(path, "utf8");
  return after === before ? after : rewritten(peer, path);
}

/** A text without its layout, which is the formatter's. */
const tokens = (text: string): string => text.replace(/\s+/g, "").replace(/,(?=[\])}])/g, "");

const newCache = () => createCache({ backend: memory({ maxEntries: 100 }), ttl: "5m" });
const users = () => bentostore({ ttl: "5m" }).useL1Layer(memoryDriver({ maxItems: 100 }));
const bento = () => new BentoCache({ default: "users", stores: { users: users() } });

const PEERS = {
  bentocache: {
    before: () => beforeBento.answers(bento() as never),
    after: () => afterBento.answers(newCache()),
  },
  cacheable: {
    before: () => beforeCacheable.answers(new Cacheable({ ttl: "5m", tags: true })),
    after: () => afterCacheable.answers(newCache()),
  },
  "cache-manager": {
    before: () => beforeManager.answers(createManager({ ttl: 300_000 })),
    after: () => afterManager.answers(newCache()),
  },
};

describe.each(Object.entries(PEERS))("the codemod of %s", (peer, { before, after }) => {
  it("makes the calls of hitbox", async () => {
    const text = await rewritten(peer, await copyOf(peer, "before.ts"));
    expect(tokens(text)).toBe(tokens(await readFile(join(FIXTURES, peer, "after.ts"), "utf8")));
  });

  it("keeps the answers", async () => {
    const answers = await before();
    expect(answers.flat().length).toBeGreaterThan(10);
    expect(await after()).toEqual(answers);
  });

  it("leaves the calls that have no equal, and lists them", async () => {
    const path = await copyOf(peer, "left.txt");
    const lines = (await readFile(path, "utf8")).split("\n");
    const isCall = (line: string): boolean => /^ {2}/.test(line);
    expect((await rewritten(peer, path)).split("\n").filter(isCall)).toEqual(lines.filter(isCall));
    const { stdout } = await scan(`${peer}.left.yml`, "--json=compact", path);
    const matches: readonly { readonly range: { readonly start: { readonly line: number } } }[] =
      JSON.parse(stdout);
    const listed = new Set(matches.map(({ range }) => range.start.line));
    expect(lines.filter((_, at) => listed.has(at))).toEqual(lines.filter((line) => line.includes("// left")));
  });
});
