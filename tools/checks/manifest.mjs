import { isDeepStrictEqual } from "node:util";

const REPOSITORY = "git+https://github.com/hitbox-cache/hitbox-typescript.git";

/** A package without its build is not packed: it would have no code. */
const PREPACK = [
  `node -e "if (!require('node:fs').existsSync('dist/index.js'))`,
  `throw new Error('dist is missing: build first')"`,
].join(" ");

/** The fields of package.json that are the same everywhere. */
export function manifest({ folder, path, manifest: actual }) {
  const expected = {
    name: nameOf(folder),
    license: "MIT",
    repository: { type: "git", url: REPOSITORY, directory: path },
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: exportsOf(folder),
    files: ["dist", "src", ...(isInitializer(folder) ? ["templates"] : []), "!dist/.tsbuildinfo"],
    scripts: { build: `tsc -b && node ${upFrom(path)}tools/bundle.mjs .`, prepack: PREPACK },
    publishConfig: { access: "public" },
  };
  const wrong = Object.entries(expected)
    .filter(([field, value]) => !isDeepStrictEqual(actual[field], value))
    .map(([field, value]) => `package.json: ${field} has to be ${JSON.stringify(value)}`);
  const description = typeof actual.description === "string" && actual.description.endsWith(".");
  if (!description) wrong.push("package.json: description has to be a sentence");
  if (!Array.isArray(actual.keywords) || !actual.keywords.includes("hitbox"))
    wrong.push('package.json: keywords have to include "hitbox"');
  if (actual.private !== undefined)
    wrong.push("package.json: a package outside packages/internal/ is published");
  return wrong;
}

/** `npm create x` runs the package `create-x`. */
const isInitializer = (folder) => folder.startsWith("create-");

const nameOf = (folder) => (isInitializer(folder) ? folder : `@hitbox/${folder}`);

/** The way from a package's folder to the root. */
function upFrom(path) {
  return "../".repeat(path.split("/").length);
}

/** Second entries: the contract that compositions and caches share, and what users' tests take. */
function exportsOf(folder) {
  return {
    ".": entry(""),
    ...(folder === "core" && { "./tier": entry("tier/") }),
    ...(folder === "cache" && { "./testing": entry("testing/") }),
    "./package.json": "./package.json",
  };
}

function entry(path) {
  return {
    "@hitbox/source": `./src/${path}index.ts`,
    types: `./dist/${path}index.d.ts`,
    default: `./dist/${path}index.js`,
  };
}
