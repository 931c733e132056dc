import { resolve } from "node:path";
import { bundlePackage } from "./build/bundle-package.mjs";
import { workspacePackages } from "./checks/workspace-packages.mjs";

// Bundles the published packages, each into one file for an entry point. `tsc -b` writes the declarations.
//
//   node tools/bundle.mjs                 every package
//   node tools/bundle.mjs packages/core   these, by their folders

const folders = process.argv.slice(2).map((folder) => resolve(folder));
const packages = await workspacePackages();
const wanted = packages.filter(({ directory }) => folders.length === 0 || folders.includes(directory));
await Promise.all(wanted.map(bundlePackage));
