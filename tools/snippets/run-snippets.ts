import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Outcome, runNode } from "./run-program.ts";
import type { Snippet } from "./snippet.ts";
import { modulePath } from "./snippet-project.ts";

const RUNNER = fileURLToPath(new URL("run-modules.mjs", import.meta.url));
const SNIPPET_MS = 50_000;
/** Snippets that run in one process. */
const TOGETHER = 10;

export interface RunOptions {
  readonly root: string;
  /** Where the snippets find their servers. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the compiled snippets one after the other in one process, and resolves with its outcome. */
export async function runSnippets(snippets: readonly Snippet[], options: RunOptions): Promise<Outcome> {
  const { root, environment } = options;
  const cwd = await mkdtemp(join(tmpdir(), "hitbox-snippets-"));
  const modules = snippets.map((snippet) => join(root, `${modulePath(snippet)}.js`));
  const end = snippets.every(isFragment) ? ["--exit"] : [];
  const args = ["--enable-source-maps", RUNNER, ...end, ...modules];
  const outcome = await runNode(args, { cwd, environment, timeout: SNIPPET_MS });
  await rm(cwd, { recursive: true });
  return outcome;
}

/** Groups of snippets for `runSnippets`. All of a group have to end by themselves, or none of it. */
export function groupsOf(snippets: readonly Snippet[]): readonly (readonly Snippet[])[] {
  const programs = snippets.filter((snippet) => !isFragment(snippet));
  return [...inGroups(programs), ...inGroups(snippets.filter(isFragment))];
}

/**
 * A docstring shows one call, not the life of a program; what a README shows has to end by itself. Tests of
 * node:test run when the module has ended.
 */
const isFragment = ({ origin, code }: Snippet): boolean =>
  origin === "docstring" && !code.includes('"node:test"');

function inGroups(snippets: readonly Snippet[]): readonly (readonly Snippet[])[] {
  const count = Math.ceil(snippets.length / TOGETHER);
  return Array.from({ length: count }, (_, at) => snippets.slice(at * TOGETHER, (at + 1) * TOGETHER));
}
