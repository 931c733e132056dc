import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { bundlePage } from "./bundle-page.mjs";

/** Nothing of another package goes into a bundle: a class in two bundles would be two classes. */
const isOtherPackage = (id) => /^[^./]/.test(id);

/**
 * Writes the JavaScript of a package to its `dist`: one file for each entry point, and `shared.js` for the
 * modules that several entry points need. Does nothing if no source is newer than the last bundle.
 */
export async function bundlePackage({ directory, manifest }) {
  if (await isUpToDate(directory)) return;
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    cwd: directory,
    input: inputsOf(manifest),
    external: isOtherPackage,
    platform: "node",
    transform: { target: "es2023" },
    onLog: (_level, log) => {
      throw new Error(`${manifest.name}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({
    dir: join(directory, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "shared.js",
    sourcemap: true,
    // The sources are packed beside it.
    sourcemapExcludeSources: true,
    minifyInternalExports: false,
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await bundle.close();
  const files = output.map(({ fileName, code, source }) => [fileName, code ?? source]);
  await writeAll(join(directory, "dist"), [...files, ...(await bundlePage({ directory, manifest }))]);
}

/**
 * `{ index: "src/index.ts", "tier/index": "src/tier/index.ts" }` for the entries `.` and `./tier`; a program
 * of `bin` is one more.
 */
function inputsOf({ exports, bin = {} }) {
  const programs = Object.values(bin).map((path) => path.replace(/^\.\/dist\/(.+)\.js$/, "./src/$1.ts"));
  const sources = [...Object.values(exports).map((entry) => entry["@hitbox/source"]), ...programs];
  const named = sources
    .filter(Boolean)
    .map((source) => [source.slice("./src/".length, -".ts".length), source]);
  return Object.fromEntries(named);
}

/** The entry `index.js` comes last, whole at once: as long as it is old, the bundle is. */
async function writeAll(dist, files) {
  const ordered = files.toSorted(([a], [b]) => Number(a === "index.js") - Number(b === "index.js"));
  for (const [name, text] of ordered) {
    const file = join(dist, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, text);
    await rename(`${file}.${process.pid}`, file);
  }
  await removeOthers(dist, new Set(files.map(([name]) => name)));
}

/** Earlier builds may have left JavaScript that no entry refers to, and that would be packed. */
async function removeOthers(dist, written) {
  const names = await readdir(dist, { recursive: true });
  const others = names.filter((name) => /\.js(?:\.map)?$/.test(name) && !written.has(name));
  await Promise.all(others.map((name) => rm(join(dist, name), { force: true })));
}

async function isUpToDate(directory) {
  const bundled = await stat(join(directory, "dist/index.js")).catch(() => undefined);
  if (bundled === undefined) return false;
  const sources = await readdir(join(directory, "src"), { recursive: true });
  const inputs = [
    "package.json",
    ...sources.map((name) => join("src", name)),
    relative(directory, import.meta.filename),
    relative(directory, join(import.meta.dirname, "bundle-page.mjs")),
  ];
  const changed = await Promise.all(inputs.map(async (name) => (await stat(join(directory, name))).mtimeMs));
  return changed.every((time) => time < bundled.mtimeMs);
}
