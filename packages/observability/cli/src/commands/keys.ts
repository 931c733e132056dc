import { EXIT } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { Pace } from "../pace.ts";
import { withPrefix } from "../pattern.ts";
import { listKeys } from "../store/list.ts";
import { sharedTier } from "../store/store.ts";
import type { Command } from "./command.ts";
import { RATE, rate, wholeNumber } from "./options.ts";

export const keys: Command = {
  name: "keys",
  usage: "[PREFIX]",
  summary: "lists the keys that begin with a prefix, a line each",
  options: {
    limit: { type: "string", short: "n", value: "N", help: "ends after so many keys" },
    rate: RATE,
  },
  most: 1,
  async run({ args: [prefix = ""], values, out, open }) {
    const limit = wholeNumber(values, "limit", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const tier = sharedTier(await open());
    let left = limit;
    for await (const page of listKeys(tier, withPrefix(prefix), out, new Pace(rate(values)))) {
      for (const key of page.slice(0, left)) out.line({ key }, () => safeText(key));
      left -= page.length;
      if (left <= 0) break;
    }
    return EXIT.ok;
  },
};
