import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { build, type Program, runProgram, until } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { installPacked } from "../packed/install-packed.mjs";
import { pnpm } from "../pnpm.mjs";
import { runNode } from "../snippets/run-program.ts";

// The service that the guide shows for Nitro, over packed packages, in a folder that is not of this
// repository. Nitro is a tenth of this repository's packages, so that only this test installs it.

const GUIDE = fileURLToPath(new URL("../../docs/guides/frameworks.md", import.meta.url));
/** Pins the newest release that users of Nuxt 4 have, and all that it brings. */
const INSTALLED = fileURLToPath(new URL("../nitro", import.meta.url));
const TIMEOUT = 600_000;

let folder: string;
let server: RedisServer;

beforeAll(async () => {
  const packages = await workspacePackages();
  build(...packages.map(({ path }) => path.slice("packages/".length)));
  folder = await mkdtemp(join(tmpdir(), "hitbox-nitro-"));
  await cp(INSTALLED, folder, { recursive: true });
  // Its command for sizes wants a later Node, and is not used.
  const settings = ["--ignore-workspace", "--ignore-scripts", "--config.engine-strict=false"];
  const install = ["--dir", folder, "install", "--frozen-lockfile", "--prefer-offline", ...settings];
  const installed = await pnpm(install, { output: "captured" });
  if (installed.status !== 0) throw new Error(`Nitro could not be installed:\n${installed.output}`);
  await installPacked(folder);
  for (const [path, text] of await filesOf(GUIDE)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  server = await startRedis();
}, TIMEOUT);

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The files of a page, by their paths: blocks that name one. */
async function filesOf(page: string): Promise<[path: string, text: string][]> {
  const blocks = (await readFile(page, "utf8")).matchAll(/^```ts sketch \[(.+)\]\n([\s\S]*?)^```$/gm);
  return Array.from(blocks, ([, path = "", text = ""]) => [path, text]);
}

interface Service {
  readonly program: Program;
  /** The answer to a request for `/rates`. */
  ask(method?: "GET" | "DELETE"): Promise<Response>;
  /** The process that loaded the rates which a GET is answered with. */
  loader(): Promise<number>;
}

async function start(): Promise<Service> {
  const port = await freePort();
  const environment = { PORT: `${port}`, HOST: "127.0.0.1", REDIS_URL: server.url };
  const program = runProgram([".output/server/index.mjs"], { cwd: folder, environment });
  await until(() => program.stdout().includes("Listening on"));
  const ask = (method = "GET"): Promise<Response> => fetch(`http://127.0.0.1:${port}/rates`, { method });
  return {
    ...{ program, ask },
    loader: async () => ((await (await ask()).json()) as { loadedBy: number }).loadedBy,
  };
}

/** Nitro answers first, and stores the response then. */
async function untilStored(): Promise<void> {
  await until(async () => `${await redisCommand(server.port, "KEYS", "*rates:all*")}`.includes("rates:all"));
}

test("responses of Nitro are answered from the tiers, and go when the cache deletes them", {
  timeout: TIMEOUT,
}, async () => {
  const nitro = ["node_modules/nitropack/dist/cli/index.mjs", "build"];
  const built = await runNode(nitro, { cwd: folder, timeout: TIMEOUT / 2 });
  expect(built.status, built.output).toBe(0);

  const [one, other] = [await start(), await start()];
  const first = await one.ask();
  expect(await first.json()).toEqual({ eur: 1.08, loadedBy: one.program.child.pid });
  expect(first.headers.get("cache-control")).toContain("max-age=300");
  await untilStored();
  // From memory, and from Redis.
  expect(await one.loader()).toBe(one.program.child.pid);
  expect(await other.loader()).toBe(one.program.child.pid);

  // Deleted by the process that has not loaded them.
  expect((await other.ask("DELETE")).ok).toBe(true);
  expect(await other.loader()).toBe(other.program.child.pid);
  await untilStored();
  await until(async () => (await one.loader()) === other.program.child.pid);

  // It ends in order, and what it has stored is there for the next process.
  for (const { program } of [one, other]) {
    program.child.kill("SIGTERM");
    await program.ended;
  }
  expect(await (await start()).loader()).toBe(other.program.child.pid);
});
