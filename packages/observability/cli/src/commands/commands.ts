import { clear } from "./clear.ts";
import type { Command } from "./command.ts";
import { completion } from "./completion.ts";
import { dashboard } from "./dashboard.ts";
import { deleteKeys } from "./delete.ts";
import { doctor } from "./doctor.ts";
import { expire } from "./expire.ts";
import { exportEntries } from "./export.ts";
import { inspect } from "./inspect.ts";
import { invalidate } from "./invalidate.ts";
import { keys } from "./keys.ts";
import { size } from "./size.ts";
import { switchCommand } from "./switch.ts";
import { top } from "./top.ts";
import { verify } from "./verify.ts";
import { warm } from "./warm.ts";
import { watch } from "./watch.ts";

const COMPLETED: readonly Command[] = [
  inspect,
  keys,
  size,
  deleteKeys,
  expire,
  invalidate,
  clear,
  watch,
  top,
  switchCommand,
  dashboard,
  doctor,
  verify,
  exportEntries,
  warm,
];

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [...COMPLETED, completion(COMPLETED)];
