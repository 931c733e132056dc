import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a real PostgreSQL. Install one:
  Debian, Ubuntu:  sudo apt-get install postgresql
  Fedora:          sudo dnf install postgresql-server
  macOS:           brew install postgresql
or set POSTGRES to the path of the program postgres.`;

/** A PostgreSQL that can be run, as `{ path, source }`. */
export function postgres() {
  return program({
    variable: "POSTGRES",
    names: ["postgres"],
    debian: "postgresql",
    howToInstall: HOW_TO_INSTALL,
    folders: ofDebian,
  });
}

/** Debian has a folder for each version, and puts none on PATH; the newest first. */
async function ofDebian() {
  const root = process.env.POSTGRES_VERSIONS ?? "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  return versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, "bin"));
}
