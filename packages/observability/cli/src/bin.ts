#!/usr/bin/env node
// By its name: the program is bundled apart from the entry.
import { run } from "@hitbox/cli";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
// The reader of a pipe has seen enough, as `head` has.
process.stdout.on("error", () => ending.abort());

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: ending.signal,
});
