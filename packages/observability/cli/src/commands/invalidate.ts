import { EXIT } from "../exit-codes.ts";
import { count } from "../output/units.ts";
import { Pace } from "../pace.ts";
import { ALL } from "../pattern.ts";
import { bytesOf, entriesOf } from "../store/entries.ts";
import { listKeys } from "../store/list.ts";
import { type Store, sharedTier } from "../store/store.ts";
import { cachesOf } from "./change.ts";
import type { Call, Command } from "./command.ts";
import { RATE, rate, YES } from "./options.ts";

export const invalidate: Command = {
  name: "invalidate",
  usage: "TAG…",
  summary: "invalidates all entries of tags, in one round trip",
  details: "Without --yes the entries of the tags are counted, which reads every entry, and nothing is done.",
  options: {
    yes: YES,
    expire: { type: "boolean", help: "makes the entries stale instead" },
    rate: RATE,
  },
  fewest: 1,
  async run(call) {
    const { args, values, out, open } = call;
    const store = await open({ changes: "announces" });
    if (!values.yes) {
      const entries = await countTagged(call, store);
      const text = `${count(entries, "entry", "entries")} with these tags. Nothing is done without --yes.`;
      out.answer({ tags: args, entries, dryRun: true }, () => text);
      return EXIT.ok;
    }
    for (const cache of cachesOf(store))
      await (values.expire ? cache.expireTags(args) : cache.invalidateTags(args));
    const done = values.expire ? "expired" : "invalidated";
    out.answer({ tags: args, done, dryRun: false }, () => `${count(args.length, "tag")} ${done}.`);
    return EXIT.ok;
  },
};

async function countTagged({ args, values, out }: Call, store: Store): Promise<number> {
  const [tier, pace, tags] = [sharedTier(store), new Pace(rate(values)), new Set(args)];
  const raw = bytesOf(tier);
  let count = 0;
  for await (const page of listKeys(tier, ALL, out))
    for await (const { stored } of entriesOf(raw, page, pace))
      if (stored?.tags?.some((tag) => tags.has(tag))) count += 1;
  return count;
}
