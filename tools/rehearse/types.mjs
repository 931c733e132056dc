import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPILERS, compile, MANAGERS } from "./managers.mjs";
import { makeProject } from "./projects.mjs";

const RESOLUTIONS = {
  node16: ["--module", "node16", "--moduleResolution", "node16"],
  nodenext: ["--module", "nodenext", "--moduleResolution", "nodenext"],
  bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
};
const SETTINGS = [
  ...["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,esnext.disposable,dom"],
  ...["--skipLibCheck", "false", "--types", "node"],
];

/** Compiles a file that imports every package, with each compiler and module resolution, and all checks. */
export async function rehearseTypes({ folder, registry, outcomes, names }) {
  console.log("types");
  const directory = await makeEverything(folder, registry, names);
  const lines = names.map((name, index) => `export * as p${index} from "${name}";`);
  await writeFile(join(directory, "types.ts"), lines.join("\n"));
  for (const version of COMPILERS)
    for (const [resolution, flags] of Object.entries(RESOLUTIONS))
      await outcomes.note("types, without skipLibCheck", `TypeScript ${version} ${resolution}`, async () => {
        const output = await compile(version, [...SETTINGS, ...flags, "types.ts"], { cwd: directory }).catch(
          (error) => error.message,
        );
        // Declarations of others may have errors of their own.
        const ours = output.split("\n").filter((line) => /error TS/.test(line) && isOurs(line));
        if (ours.length > 0) throw new Error(ours.join("\n"));
      });
}

const isOurs = (line) =>
  !line.startsWith("node_modules/") || /node_modules\/(@hitbox|create-hitbox)/.test(line);

/**
 * A project with every package and the clients that they take, whose types may be named in theirs. Npm finds
 * versions of the clients that go together, and that this Node runs.
 */
async function makeEverything(folder, registry, names) {
  const manifests = names.map((name) => registry.latest(name).manifest);
  const peers = Object.assign({}, ...manifests.map(({ peerDependencies }) => peerDependencies));
  const ours = Object.fromEntries(names.map((name) => [name, "latest"]));
  const directory = await makeProject(folder, "everything", { "@types/node": "latest", ...peers, ...ours });
  await MANAGERS.npm(directory, registry.url);
  return directory;
}
