import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.mjs";

const npx = (spec, bin) => (args, options) => run("npx", ["--yes", "-p", spec, bin, ...args], options);

/**
 * Package managers, each with the command that installs what `package.json` names, from the registry at
 * `url`. Yarn 4 does so with a `node_modules` folder, as bundlers and Node itself expect one.
 */
export const MANAGERS = {
  npm: (cwd, url) => run("npm", ["install", `--registry=${url}`, "--loglevel=error"], { cwd }),
  pnpm: (cwd, url) =>
    npx("pnpm@10", "pnpm")(["install", `--registry=${url}`, "--ignore-scripts", "--no-frozen-lockfile"], {
      cwd,
    }),
  "yarn 1": (cwd, url) =>
    npx("yarn@1", "yarn")(["install", "--registry", url, "--ignore-scripts", "--no-lockfile"], { cwd }),
  async "yarn 4"(cwd, url) {
    const settings = [
      `npmRegistryServer: "${url}"`,
      "unsafeHttpWhitelist: [localhost]",
      "nodeLinker: node-modules",
      "enableImmutableInstalls: false",
      "enableScripts: false",
      // A version that was published a moment ago is wanted here.
      "npmMinimalAgeGate: 0",
    ];
    await writeFile(join(cwd, ".yarnrc.yml"), `${settings.join("\n")}\n`);
    await writeFile(join(cwd, "yarn.lock"), "");
    return npx("@yarnpkg/cli-dist@4", "yarn")(["install"], { cwd });
  },
  bun: (cwd, url) => npx("bun@1", "bun")(["install", `--registry=${url}`, "--ignore-scripts"], { cwd }),
};

/** Runtimes, each with the command that runs a file. */
export const RUNTIMES = {
  "Node 20": (args, options) => npx("node@20", "node")(args, options),
  "Node 22": (args, options) => npx("node@22", "node")(args, options),
  "Node 24": (args, options) => npx("node@24", "node")(args, options),
  Bun: (args, options) => npx("bun@1", "bun")(args, options),
  Deno: (args, options) =>
    npx("deno@2", "deno")(["run", "-A", "--node-modules-dir=manual", ...args], options),
};

/** Compilers by their npm version. */
export const COMPILERS = ["5.4", "7.0"];
export const compile = (version, args, options) => npx(`typescript@~${version}.0`, "tsc")(args, options);
