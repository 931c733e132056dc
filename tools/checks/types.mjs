import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { ROOT } from "../pnpm.mjs";

const run = promisify(execFile);

// ESM only: CommonJS users get it through require(esm), so that resolution is checked too.
const ATTW = ["--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--no-definitely-typed"];
const PLAIN = ["--format", "ascii", "--no-color", "--no-emoji"];

/** publint and "are the types wrong?", on the tarball; a suggestion counts as much as an error. */
export async function types({ tarball, manifest }) {
  return [...(await entryPoints(tarball, manifest)), ...(await resolutions(tarball))];
}

async function entryPoints(tarball, manifest) {
  const bytes = await readFile(tarball);
  const pack = { tarball: new Uint8Array(bytes).buffer };
  const { messages, pkg = manifest } = await publint({ pack, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function resolutions(tarball) {
  const program = join(ROOT, "node_modules/.bin/attw");
  try {
    await run(program, [...ATTW, ...PLAIN, tarball]);
    return [];
  } catch (error) {
    return [`attw:\n${error.stdout}${error.stderr}`];
  }
}
