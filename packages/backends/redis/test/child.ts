import { build as buildPackages, type Child, startChild as start } from "@hitbox/test-support";

/** Brings the build up to date, of this package and of `others`. */
export function build(...others: readonly string[]): void {
  buildPackages("backends/redis", ...others);
}

/**
 * Starts a process that imports this package as `../dist/index.js`; `args` are in its `process.argv`, from 1
 * on.
 */
export function startChild(body: string, ...args: readonly string[]): Child {
  return start(body, { cwd: import.meta.dirname, args });
}
