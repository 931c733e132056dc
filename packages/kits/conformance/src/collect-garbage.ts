import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Frees unreachable objects, so that they are not freed during a measurement. Without a flag for Node:
 * https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect();
  // The memory of buffers is given back in the background; the next collection begins by waiting for that.
  collect();
}

function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
