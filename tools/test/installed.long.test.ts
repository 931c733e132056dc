import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { build as buildPackages } from "@hitbox/test-support";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { MISTAKES, program } from "../packed/first-mistakes.ts";
import { installPacked } from "../packed/install-packed.mjs";
import { runNode } from "../snippets/run-program.ts";

// The packages as a user has them: packed, and installed in a folder that is not of this repository.

const TSC = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const USED = `
  import { createCache } from "@hitbox/cache";
  import { cbor } from "@hitbox/cbor";
  import { compose } from "@hitbox/composition";
  import { BackendError } from "@hitbox/core";
  import { dynamodb } from "@hitbox/dynamodb";
  import { memory } from "@hitbox/memory";
  import { redis } from "@hitbox/redis";
  import { retry } from "@hitbox/wrappers";
  import { zstd } from "@hitbox/zstd";
  async function main() {
    const compressor = await Promise.resolve().then(() => zstd()).catch((error) => {
      if (!BackendError.is(error, "unsupported")) throw error;
    });
    const far = retry(redis({ url: process.argv[2], format: cbor(), ...(compressor && { compressor }) }));
    const cache = createCache({ backend: compose(memory({ maxEntries: 10 }), far), ttl: "1m" });
    await cache.set("key", { at: new Date(5) });
    console.log((await cache.get("key")).at.getTime(), typeof dynamodb);
    await cache.close();
  }
  main();
`;

let folder: string;
let server: RedisServer;
let names: readonly string[];

beforeAll(async () => {
  const packages = await workspacePackages();
  names = packages.map(({ name }) => name);
  buildPackages(...packages.map(({ path }) => path.slice("packages/".length)));
  folder = await mkdtemp(join(tmpdir(), "hitbox-installed-"));
  await installPacked(folder);
  server = await startRedis();
}, 600_000);

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a user's bundle", () => {
  it.each(["cjs", "esm"] as const)("runs as %s", { timeout: 120_000 }, async (format) => {
    const outfile = join(folder, `bundle.${format === "cjs" ? "cjs" : "mjs"}`);
    const stdin = { contents: USED, resolveDir: folder };
    // Native, and CommonJS that requires what Node has: as users leave them out.
    const external = ["ioredis", "@aws-sdk/*"];
    await build({ stdin, outfile, format, bundle: true, platform: "node", external, logLevel: "error" });
    const { status, output } = await runNode([outfile, server.url], { cwd: folder });
    expect(output).toBe("5 function\n");
    expect(status).toBe(0);
  });
});

describe("in the first hour", () => {
  const answers = new Map<string, string>();

  beforeAll(async () => {
    await writeFile(join(folder, "first-hour.mjs"), program());
    const { output } = await runNode(["first-hour.mjs", server.url], { cwd: folder });
    for (const line of output.trim().split("\n")) answers.set(...(JSON.parse(line) as [string, string]));
  }, 120_000);

  it.each(MISTAKES)("%s is refused with the way out", (code, answer) => {
    expect(answers.get(code)?.slice(0, answer.length)).toBe(answer);
  });
});

describe("compiled by a user without skipLibCheck", () => {
  const settings = [
    ...[
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--module",
      "nodenext",
      "--moduleResolution",
      "nodenext",
    ],
    "--ignoreConfig",
  ];
  /** The SDK, ioredis, requests of `node:http` and options of `node:tls` have types of Node. */
  const NEED_NODE = ["dashboard", "dynamodb", "memcached", "mysql", "redis", "s3"].map(
    (name) => `@hitbox/${name}`,
  );

  async function errorsOf(packages: readonly string[], ...flags: string[]): Promise<string> {
    const lines = packages.map((name, index) => `export * as p${index} from "${name}";`);
    await writeFile(join(folder, "types.ts"), lines.join("\n"));
    return (await runNode([TSC, ...settings, ...flags, "types.ts"], { cwd: folder, timeout: 120_000 }))
      .output;
  }

  it("they need no types of Node, but for those that take or give objects of Node", {
    timeout: 120_000,
  }, async () => {
    const plain = names.filter((name) => !NEED_NODE.includes(name));
    const parts = [...plain, "@hitbox/core/tier", "@hitbox/cache/testing"];
    expect(await errorsOf(parts, "--lib", "es2023,esnext.disposable,dom", "--types", "")).toBe("");
  });

  it("they all compile with the types of Node", { timeout: 120_000 }, async () => {
    const types = join(createRequire(import.meta.url).resolve("@types/node/package.json"), "../..");
    const flags = ["--lib", "es2023,esnext.disposable", "--typeRoots", types, "--types", "node"];
    const ours = (await errorsOf(names, ...flags)).split("\n").filter((line) => line.includes("@hitbox"));
    expect(ours).toEqual([]);
  });
});
