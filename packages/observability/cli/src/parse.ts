import { parseArgs } from "node:util";
import type { Command, Values } from "./commands/command.ts";
import { COMMANDS } from "./commands/commands.ts";
import { COMMON } from "./commands/options.ts";
import { UsageError } from "./usage-error.ts";

/** A command line, taken apart. */
export interface Parsed {
  /** Undefined: the help of the program is asked for. */
  readonly command: Command | undefined;
  readonly args: readonly string[];
  readonly values: Values;
}

/** @throws UsageError for an unknown command or option, and for too few or too many arguments. */
export function parse(argv: readonly string[]): Parsed {
  const [name = "--help", ...rest] = argv;
  if (name === "--help" || name === "-h" || name === "help")
    return { command: undefined, args: [], values: {} };
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw new UsageError(`there is no command of that name. Run: hitbox --help`);
  const { positionals: args, values } = parsed(command, rest);
  if (!values.help) checkCount(command, args.length);
  return { command, args, values };
}

function parsed(command: Command, args: string[]): { positionals: string[]; values: Values } {
  try {
    const options = { ...COMMON, ...command.options };
    const plain = Object.entries(options).map(([name, { type, short }]) => [
      name,
      { type, ...(short !== undefined && { short }) },
    ]);
    const given = parseArgs({
      args,
      options: Object.fromEntries(plain),
      allowPositionals: true,
      strict: true,
    });
    return { positionals: given.positionals, values: given.values as Values };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "the options are wrong";
    throw new UsageError(`${reason} Run: hitbox ${command.name} --help`);
  }
}

function checkCount(
  { name, usage, fewest = 0, most = Number.POSITIVE_INFINITY }: Command,
  count: number,
): void {
  if (count >= fewest && count <= most) return;
  const many = count < fewest ? "too few" : "too many";
  throw new UsageError(`${many} arguments. Write: ${`hitbox ${name} ${usage}`.trim()}`);
}
