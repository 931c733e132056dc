import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workspacePackages } from "./checks/workspace-packages.mjs";
import { ROOT } from "./pnpm.mjs";

// `node tools/publish.mjs` publishes the tarballs in .cache/tarballs that npm does not have, and with
// `--releases` makes a release on GitHub for each version without one. It uses Node, npm and gh alone, since
// no dependency may run in a job that publishes.

/** Who publishes by hand, or in a rehearsal, has no workflow that vouches for the tarballs: PROVENANCE=no. */
const PROVENANCE = process.env.PROVENANCE === "no" ? [] : ["--provenance"];

export const TARBALLS = join(ROOT, ".cache/tarballs");

/** Publishes what is new. `run(command, args)` gives the output, and throws for a failure. */
export async function publishAll(run, { tarballs, packages }) {
  const files = packages.map(({ manifest }) => tarballOf(manifest));
  const missing = files.filter((file) => !tarballs.includes(file));
  if (missing.length > 0) throw new Error(`no tarball: ${missing.join(", ")}`);
  for (const [index, { manifest }] of packages.entries()) {
    if (has(() => run("npm", ["view", idOf(manifest), "version"]).trim() !== "")) continue;
    const file = join(TARBALLS, files[index]);
    run("npm", ["publish", file, ...PROVENANCE, "--access", "public", "--ignore-scripts"]);
  }
}

/** Makes the releases that are missing, each with its part of the changelog. */
export async function releaseAll(run, { packages, changelogOf = readChangelog }) {
  for (const { directory, manifest } of packages) {
    const tag = idOf(manifest);
    if (has(() => run("gh", ["release", "view", tag]))) continue;
    const notes = notesOf(changelogOf(directory), manifest.version);
    run("gh", ["release", "create", tag, "--title", tag, "--notes", notes]);
  }
}

/** The part of a changelog about one version. */
export function notesOf(changelog, version) {
  const [, ...parts] = changelog.split(/^## /m);
  const part = parts.find((text) => text.split("\n", 1)[0].trim() === version) ?? "";
  return part.split("\n").slice(1).join("\n").trim();
}

function readChangelog(directory) {
  const path = join(directory, "CHANGELOG.md");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** The name that `pnpm pack` gives. */
function tarballOf({ name, version }) {
  return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}

function idOf({ name, version }) {
  return `${name}@${version}`;
}

function has(ask) {
  try {
    return ask() !== false;
  } catch {
    return false;
  }
}

function run(command, args) {
  return execFileSync(command, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = await workspacePackages();
  if (process.argv.includes("--releases")) await releaseAll(run, { packages });
  else await publishAll(run, { packages, tarballs: readdirSync(TARBALLS) });
}
