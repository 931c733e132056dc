import { api } from "./checks/api.mjs";
import { declarations } from "./checks/declarations.mjs";
import { dependencies } from "./checks/dependencies.mjs";
import { layout } from "./checks/layout.mjs";
import { loads } from "./checks/loads.mjs";
import { manifest } from "./checks/manifest.mjs";
import { packAll } from "./checks/pack-all.mjs";
import { references } from "./checks/references.mjs";
import { sources } from "./checks/sources.mjs";
import { tarball } from "./checks/tarball.mjs";
import { types } from "./checks/types.mjs";
import { workspacePackages } from "./checks/workspace-packages.mjs";

// Holds every package to one shape, as it lies here and as it would be published. Needs a build.
// Each check takes a package and answers with a list of sentences, one for each thing that is wrong.

const CHECKS = {
  api,
  layout,
  manifest,
  dependencies,
  references,
  sources,
  declarations,
  loads,
  tarball,
  types,
};

const packages = await workspacePackages();
const tarballs = await packAll(packages);
const problems = [];

for (const [name, check] of Object.entries(CHECKS)) {
  const found = await Promise.all(
    packages.map(async (pkg) => {
      const sentences = await check({ ...pkg, tarball: tarballs.get(pkg.name) });
      return sentences.map((sentence) => `${pkg.path}: ${sentence} (${name})`);
    }),
  );
  problems.push(...found.flat());
}

for (const problem of problems) console.error(problem);
console.log(`${packages.length} packages, ${Object.keys(CHECKS).length} checks, ${problems.length} problems`);
process.exitCode = packages.length > 0 && problems.length === 0 ? 0 : 1;
