import { clear } from "./clear.ts";
import type { Command } from "./command.ts";
import { deleteKeys } from "./delete.ts";
import { doctor } from "./doctor.ts";
import { expire } from "./expire.ts";
import { inspect } from "./inspect.ts";
import { invalidate } from "./invalidate.ts";
import { keys } from "./keys.ts";
import { size } from "./size.ts";

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  inspect,
  keys,
  size,
  deleteKeys,
  expire,
  invalidate,
  clear,
  doctor,
];
