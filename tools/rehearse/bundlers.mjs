import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectStack } from "./installs.mjs";
import { MANAGERS } from "./managers.mjs";
import { FRONT_PAGE, makeProject, writeStack } from "./projects.mjs";
import { run } from "./run.mjs";

const VITE = `export default {
  build: { ssr: "stack.mjs", outDir: "vite", rollupOptions: { output: { entryFileNames: "out.mjs" } } },
  ssr: { noExternal: true },
};`;
const WEBPACK = `export default {
  mode: "production", target: "node20", entry: "./stack.mjs",
  experiments: { outputModule: true, topLevelAwait: true },
  output: {
    path: import.meta.dirname + "/webpack", filename: "out.mjs", module: true, chunkFormat: "module",
  },
};`;
/** Rolldown and esbuild need a require for the CommonJS inside ioredis. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const BUNDLERS = {
  esbuild: [
    [
      "stack.mjs",
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--outfile=esbuild/out.mjs",
      `--banner:js=${REQUIRE}`,
    ],
    "esbuild/out.mjs",
  ],
  rolldown: [
    ["stack.mjs", "--platform", "node", "-d", "rolldown", "--entryFileNames", "out.mjs"],
    "rolldown/out.mjs",
  ],
  vite: [["build", "--config", "vite.config.mjs"], "vite/out.mjs"],
  webpack: [["--config", "webpack.config.mjs"], "webpack/out.mjs"],
};
const NEEDED = ["esbuild", "rolldown", "vite", "webpack", "webpack-cli"];

/** Bundles the front page's program with each bundler, and runs the bundle. */
export async function rehearseBundlers({ folder, registry, outcomes, redis }) {
  console.log("bundlers");
  const directory = await makeProject(folder, "bundlers", [...FRONT_PAGE, ...NEEDED]);
  await MANAGERS.npm(directory, registry.url);
  await writeStack(directory);
  await writeFile(join(directory, "vite.config.mjs"), VITE);
  await writeFile(join(directory, "webpack.config.mjs"), WEBPACK);
  for (const [bundler, [args, output]] of Object.entries(BUNDLERS))
    await outcomes.note("bundled by", bundler, async () => {
      await run(join(directory, "node_modules/.bin", bundler), args, { cwd: directory });
      await expectStack("node", [output, redis.url], directory);
    });
}
