import { open as openFile } from "node:fs/promises";
import { resolve } from "node:path";
import { dashboardState, HEADER } from "../dashboard-state.ts";
import { EXIT } from "../exit-codes.ts";
import { Pace } from "../pace.ts";
import { withPrefix } from "../pattern.ts";
import { bytesOf, entriesOf } from "../store/entries.ts";
import { listKeys } from "../store/list.ts";
import { type StoreTier, sharedTier } from "../store/store.ts";
import { UsageError } from "../usage-error.ts";
import type { Call, Command } from "./command.ts";
import { encodeLine } from "./entry-line.ts";
import { RATE, rate, textOption, wholeNumber } from "./options.ts";

export const exportEntries: Command = {
  name: "export",
  usage: "FILE [PREFIX]",
  summary: "writes entries into a new file, a line of JSON each, as they are stored",
  details:
    "The file holds the values, and can be read by its owner alone. Records of tags are left out. With " +
    "--from only the keys with the most hits are written, as a process with a dashboard counts them.",
  options: {
    from: {
      type: "string",
      value: "ADDRESS",
      help: "a dashboard: its keys with the most hits",
    },
    hottest: { type: "string", value: "N", help: "how many of these (default and most 100)" },
    header: HEADER,
    rate: RATE,
  },
  fewest: 1,
  most: 2,
  async run(call) {
    const { args, values, out, io, open } = call;
    const [file = ""] = args;
    const tier = sharedTier(await open());
    const raw = bytesOf(tier);
    const pace = new Pace(rate(values));
    const target = await openFile(resolve(io.cwd, file), "wx", 0o600).catch(cannotWrite);
    let [entries, unreadable] = [0, 0];
    try {
      for await (const page of pagesOf(call, tier))
        for await (const { key, stored, error } of entriesOf(raw, page, pace)) {
          if (error !== undefined) unreadable += 1;
          if (stored === undefined) continue;
          await target.appendFile(`${encodeLine(key, stored)}\n`);
          entries += 1;
        }
    } finally {
      await target.close();
    }
    out.answer(
      { file, entries, unreadable },
      () => `${entries} entries written, ${unreadable} cannot be read.`,
    );
    return unreadable === 0 ? EXIT.ok : EXIT.problems;
  },
};

/** The keys that are meant. */
async function* pagesOf(call: Call, tier: StoreTier): AsyncGenerator<readonly string[], void, undefined> {
  const {
    args: [, prefix = ""],
    values,
    out,
  } = call;
  const address = textOption(values, "from");
  if (address === undefined) return yield* listKeys(tier, withPrefix(prefix), out);
  const { hot } = await dashboardState(address, call);
  const most = wholeNumber(values, "hottest", 100, 100);
  yield hot.flatMap(({ key }) => (key.startsWith(prefix) ? [key] : [])).slice(0, most);
}

function cannotWrite({ code }: NodeJS.ErrnoException): never {
  const why = code === "EEXIST" ? "is there already" : `cannot be written (${code})`;
  throw new UsageError(`the file ${why}. Write the name of a new file`);
}
