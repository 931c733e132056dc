import { EXIT } from "../exit-codes.ts";
import { count } from "../output/units.ts";
import { ALL } from "../pattern.ts";
import { listKeys } from "../store/list.ts";
import { sharedTier } from "../store/store.ts";
import type { Command } from "./command.ts";
import { YES } from "./options.ts";

export const clear: Command = {
  name: "clear",
  usage: "",
  summary: "removes every entry under the store's prefix, tags and leases too",
  details: "Without --yes the entries are counted, and nothing is done.",
  options: { yes: YES },
  most: 0,
  async run({ values, out, open }) {
    const store = await open({ changes: "announces" });
    let entries = 0;
    for await (const page of listKeys(sharedTier(store), ALL, out)) entries += page.length;
    if (values.yes) for (const { typed } of store.tiers.toReversed()) await typed.clear();
    const answer = { store: store.name, prefix: store.prefix, entries, dryRun: !values.yes };
    const counted = count(entries, "entry", "entries");
    const todo = `${counted} would be removed from ${store.name}. Nothing is done without --yes.`;
    out.answer(answer, () => (values.yes ? `${counted} removed.` : todo));
    return EXIT.ok;
  },
};
