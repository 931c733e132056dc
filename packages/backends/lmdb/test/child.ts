import { build as buildPackages, type Child, startChild as start } from "@hitbox/test-support";

export function build(): void {
  buildPackages("backends/lmdb");
}

const PREAMBLE = `
  import { cacheBackend, cacheValue } from "@hitbox/core";
  import { lmdb } from "../dist/index.js";
  const path = process.argv[1];
`;

/** A process that runs `body` over the store at `path`. `prefix`: a shell command before it. */
export function startChild(path: string, body: string, prefix = ""): Child {
  return start(PREAMBLE + body, { cwd: import.meta.dirname, args: [path], prefix });
}
