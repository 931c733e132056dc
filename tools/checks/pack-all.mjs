import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pnpm, ROOT } from "../pnpm.mjs";

const FOLDER = join(ROOT, ".cache/tarballs");

/** Packs every package as it would be published. Resolves with a map from a package's name to its tarball. */
export async function packAll(packages, folder = FOLDER) {
  await Promise.all(packages.map(({ directory }) => removeStaleOutputs(directory)));
  await rm(folder, { recursive: true, force: true });
  const { status, output } = await pnpm(
    [
      "--recursive",
      "--filter",
      "./packages/**",
      "--filter",
      "!./packages/internal/**",
      "pack",
      "--pack-destination",
      folder,
    ],
    { output: "captured" },
  );
  if (status !== 0) throw new Error(`pnpm pack failed:\n${output}`);
  return tarballsIn(folder, packages);
}

/**
 * The tarballs of the last `packAll` without a folder, if nothing has been built or edited since. Else packs
 * every package to `folder`.
 */
export async function packed(packages, folder) {
  const tarballs = tarballsIn(FOLDER, packages);
  const [made, changed] = await Promise.all([timesOf([...tarballs.values()]), timesOfContents(packages)]);
  return Math.min(...made) > Math.max(...changed) ? tarballs : packAll(packages, folder);
}

const tarballsIn = (folder, packages) =>
  new Map(
    packages.map(({ name, manifest }) => [
      name,
      join(folder, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`),
    ]),
  );

/** When each file was written, in milliseconds; 0 for one that is not there. */
const timesOf = (files) =>
  Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );

async function timesOfContents(packages) {
  const files = await Promise.all(packages.map(({ directory }) => contentsOf(directory)));
  return timesOf(files.flat());
}

async function contentsOf(directory) {
  const outputs = await readdir(join(directory, "dist"), { recursive: true }).catch(() => []);
  const others = await readdir(directory);
  return [...others.filter((name) => name !== "node_modules"), ...outputs.map((name) => `dist/${name}`)].map(
    (name) => join(directory, name),
  );
}

/** tsc leaves the declarations of a source that is gone, which would be packed. */
async function removeStaleOutputs(directory) {
  const outputs = await readdir(join(directory, "dist"), { recursive: true }).catch(() => []);
  const sources = new Set(await readdir(join(directory, "src"), { recursive: true }));
  const stale = outputs.filter((output) => {
    const source = output.match(/^(.+?)\.d\.ts(?:\.map)?$/)?.[1];
    return source !== undefined && !sources.has(`${source}.ts`);
  });
  await Promise.all(stale.map((output) => rm(join(directory, "dist", output))));
}
