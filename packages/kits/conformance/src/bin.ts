#!/usr/bin/env node
// By its name: the program is bundled apart from the entry.
import { runProgram } from "@hitbox/conformance";

/** Milliseconds after the last case in which the process ends by itself. */
const END_MS = 3_000;

process.exitCode = await runProgram(process.argv.slice(2), process);

// It fires only if something else keeps the process alive.
setTimeout(() => {
  const kept = [...new Set(process.getActiveResourcesInfo())].join(", ");
  process.stderr.write(
    `The process does not end: it is kept alive by ${kept}. Export \`close\` to end clients.\n`,
  );
  process.exit(process.exitCode || 1);
}, END_MS).unref();
