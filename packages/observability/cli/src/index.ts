import type { Call, OpenSettings } from "./commands/command.ts";
import { textOption } from "./commands/options.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-codes.ts";
import { commandHelp, programHelp } from "./help.ts";
import { type Io, Output } from "./output/output.ts";
import { safeText } from "./output/safe-text.ts";
import { type Parsed, parse } from "./parse.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";

export type { Io, Sink } from "./output/output.ts";

/** Runs a command line, without the names of Node and of the program. Resolves with the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(parse(argv), io);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "failed for an unknown reason";
    io.stderr.write(`hitbox: ${safeText(reason)}\n`);
    return exitCodeOf(error);
  }
}

async function dispatch(parsed: Parsed, io: Io): Promise<ExitCode> {
  const { command, args, values } = parsed;
  if (command === undefined || values.help) {
    io.stdout.write(`${command === undefined ? programHelp() : commandHelp(command)}\n`);
    return EXIT.ok;
  }
  const isJson = values.json === true || (values.text !== true && !io.stdout.isTTY);
  const stores: Store[] = [];
  const open = async (settings: OpenSettings = {}): Promise<Store> => {
    const store = await openStore({ ...placeOf(parsed, io), ...settings });
    stores.push(store);
    return store;
  };
  try {
    const call: Call = { args, values, io, open, out: new Output(io, isJson) };
    return await command.run(call);
  } finally {
    await Promise.all(stores.map(closeStore));
  }
}

function placeOf({ values }: Parsed, { env, cwd }: Io): Omit<Parameters<typeof openStore>[0], "changes"> {
  return {
    store: textOption(values, "store") ?? env.HITBOX_STORE,
    prefix: textOption(values, "prefix"),
    coherence: textOption(values, "coherence"),
    cwd,
  };
}

/** A store that is away is closed as well; the reason has been said. */
async function closeStore({ tiers, close }: Store): Promise<void> {
  await Promise.allSettled([...tiers.map(({ typed }) => typed.close()), close()]);
}
