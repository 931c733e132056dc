import { createCache } from "@hitbox/cache";
import { EXIT } from "../exit-codes.ts";
import { sharedTier } from "../store/store.ts";
import { aborted } from "./aborted.ts";
import type { Command } from "./command.ts";
import { wholeNumber } from "./options.ts";

export const dashboard: Command = {
  name: "dashboard",
  usage: "[STORE]",
  summary: "serves a page that shows the entries, and the numbers of processes that share them",
  details:
    "Answers to this machine alone, and changes nothing without --yes. Numbers are those of processes " +
    "whose own dashboard has this store as its fleet. Ends with Ctrl-C.",
  options: {
    port: { type: "string", value: "PORT", help: "where to listen (default 4400; 0: any free port)" },
    yes: { type: "boolean", short: "y", help: "lets the page delete entries and invalidate tags" },
    values: { type: "boolean", help: "shows the values of entries" },
  },
  most: 1,
  async run({ args: [named], values, out, io, open }) {
    const store = await open({ changes: "announces", ...(named !== undefined && { store: named }) });
    const { typed } = sharedTier(store);
    // Says at once that a store is away.
    await typed.get("%dashboard:reached");
    const cache = createCache({ backend: typed, ttl: "1m", maxKeyBytes: 65_536, maxTags: 10_000 });
    // Other commands do not wait for the page.
    const { serveDashboard } = await import("@hitbox/dashboard");
    const served = await serveDashboard({
      caches: { [typed.label]: cache },
      fleet: typed,
      port: values.port === "0" ? 0 : wholeNumber(values, "port", 4_400, 65_535),
      authorize: (_, access) => access === "read" || values.yes === true,
      showValues: values.values === true,
    });
    out.line({ url: served.url, changes: values.yes === true }, () => served.url);
    await aborted(io.signal);
    await served.close();
    return EXIT.ok;
  },
};
