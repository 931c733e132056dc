import { EXIT } from "../exit-codes.ts";
import { table } from "../output/table.ts";
import { bytes, span } from "../output/units.ts";
import { Pace } from "../pace.ts";
import { withPrefix } from "../pattern.ts";
import { bytesOf, entriesOf } from "../store/entries.ts";
import { listKeys } from "../store/list.ts";
import { sharedTier } from "../store/store.ts";
import type { Command } from "./command.ts";
import { RATE, rate, wholeNumber } from "./options.ts";
import { type Group, Groups } from "./size-groups.ts";

export const size: Command = {
  name: "size",
  usage: "[PREFIX]",
  summary: "counts entries, bytes and lives, by the first parts of the keys",
  details: "Reads every entry, no faster than --rate. Bytes are those of the payloads, as they are stored.",
  options: {
    depth: {
      type: "string",
      short: "d",
      value: "N",
      help: "parts of a key, up to each ':' or ',' (default 1)",
    },
    rate: RATE,
  },
  most: 1,
  async run({ args: [prefix = ""], values, out, open }) {
    const groups = new Groups(wholeNumber(values, "depth", 1, 100), Date.now());
    const pace = new Pace(rate(values));
    const tier = sharedTier(await open());
    const raw = bytesOf(tier);
    for await (const page of listKeys(tier, withPrefix(prefix), out))
      for await (const entry of entriesOf(raw, page, pace)) groups.add(entry);
    const [all, total] = [groups.sorted(), groups.total()];
    out.answer({ groups: all, total }, () => table([HEAD, ...all.map(row), row(total)]));
    return EXIT.ok;
  },
};

const HEAD = ["prefix", "entries", "bytes", "before", "stale", "unreadable", "median life left"];

function row(group: Group): (string | number)[] {
  const { prefix, entries, stored, decoded, stale, unreadable, medianLeftMs } = group;
  const left = medianLeftMs === null ? "no end" : span(medianLeftMs);
  return [prefix, entries, bytes(stored), bytes(decoded), stale, unreadable, left];
}
