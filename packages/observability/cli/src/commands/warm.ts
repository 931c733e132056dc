import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Backend } from "@hitbox/core";
import { EXIT } from "../exit-codes.ts";
import { Pace } from "../pace.ts";
import { bytesOf, orWrapped } from "../store/entries.ts";
import { sharedTier } from "../store/store.ts";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";
import { decodeLine, type Line } from "./entry-line.ts";
import { RATE, wholeNumber } from "./options.ts";

type Outcome = "written" | "kept" | "expired" | "bad";

export const warm: Command = {
  name: "warm",
  usage: "FILE",
  summary: "writes the entries of an export into a store; entries that are there are kept",
  details:
    "Ends of lives stay as they were. An entry with tags counts only while this store has the records " +
    "that it was stored under. Exit code 1: lines of the file are no entries.",
  options: { rate: { ...RATE, help: "most entries a second (default 1000)" } },
  fewest: 1,
  most: 1,
  async run({ args: [file = ""], values, out, io, open }) {
    const path = resolve(io.cwd, file);
    await access(path).catch(() => {
      throw new UsageError("the file cannot be read. Write the path of a file that `hitbox export` has made");
    });
    const raw = bytesOf(sharedTier(await open({ changes: "announces" })));
    const pace = new Pace(wholeNumber(values, "rate", 1_000, 1_000_000));
    const counts: Record<Outcome, number> = { written: 0, kept: 0, expired: 0, bad: 0 };
    for await (const text of createInterface({ input: createReadStream(path) })) {
      counts[await write(raw, decodeLine(text))] += 1;
      await pace.passed(1);
    }
    const { written, kept, expired, bad } = counts;
    const text = `${written} written, ${kept} were there, ${expired} have expired, ${bad} lines are none.`;
    out.answer(counts, () => text);
    return bad === 0 ? EXIT.ok : EXIT.problems;
  },
};

/** Under a fence, if the store has leases: nothing that is written meanwhile is replaced. */
async function write(raw: Backend, line: Line | undefined): Promise<Outcome> {
  if (line === undefined) return "bad";
  const { stored } = line;
  if (stored.expiresAt !== undefined && stored.expiresAt <= Date.now()) return "expired";
  const key = raw.keyFormat.encode(line.key);
  return orWrapped(raw, async () => {
    if (raw.lease === undefined || raw.writeFenced === undefined) {
      if ((await raw.read(key)) !== undefined) return "kept";
      await raw.write(key, stored);
      return "written";
    }
    const { entry, fence } = await raw.lease(key, 1);
    if (entry !== undefined) return "kept";
    return (await raw.writeFenced(key, stored, fence)) ? "written" : "kept";
  });
}
