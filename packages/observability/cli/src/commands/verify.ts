import { resolve } from "node:path";
import { EXIT } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { span } from "../output/units.ts";
import { Pace } from "../pace.ts";
import { withPrefix } from "../pattern.ts";
import { importModule } from "../store/config.ts";
import { listKeys } from "../store/list.ts";
import { sharedTier } from "../store/store.ts";
import { UsageError } from "../usage-error.ts";
import type { Command, Values } from "./command.ts";
import { Comparison, type Load, type Verified } from "./comparison.ts";
import { RATE, textOption, wholeNumber } from "./options.ts";

export const verify: Command = {
  name: "verify",
  usage: "[PREFIX]",
  summary: "compares entries with the source, and counts those that differ",
  details:
    "--source is a module that exports `load(key)`, which resolves with the value of the source. " +
    "Entries that no cache would answer with are left out. Exit code 1: an entry differs, or load failed.",
  options: {
    source: { type: "string", value: "FILE", help: "the module that loads a key; required" },
    sample: { type: "string", value: "SHARE", help: "share of the keys, such as 1% (default 100%)" },
    rate: { ...RATE, help: "most keys a second that are loaded (default 100)" },
  },
  most: 1,
  async run({ args: [prefix = ""], values, out, io, open }) {
    const share = shareOf(values);
    const load = await loadOf(values, io.cwd);
    const tier = sharedTier(await open());
    const pace = new Pace(wholeNumber(values, "rate", 100, 1_000_000));
    const comparison = new Comparison(tier, load);
    for await (const page of listKeys(tier, withPrefix(prefix), out)) {
      for (const key of page) {
        if (Math.random() >= share) continue;
        await comparison.compare(key);
        await pace.passed(1);
      }
    }
    const result = comparison.result();
    out.answer(result, () => textOf(result));
    return result.stale + result.failed === 0 ? EXIT.ok : EXIT.problems;
  },
};

function shareOf(values: Values): number {
  const text = textOption(values, "sample") ?? "100%";
  const share = /^\d{1,3}(?:\.\d{1,6})?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : 0;
  if (share > 0 && share <= 1) return share;
  throw new UsageError("--sample is not a share of the keys. Write --sample 1%");
}

async function loadOf(values: Values, cwd: string): Promise<Load> {
  const path = textOption(values, "source");
  if (path === undefined)
    throw new UsageError("--source is missing. Write --source FILE, which exports `load`");
  const module = await importModule(resolve(cwd, path));
  const load = module.load ?? module.default;
  if (typeof load === "function") return load as Load;
  throw new UsageError(
    "the module of --source exports no function `load`. Write: export const load = (key) => …",
  );
}

function textOf({ checked, stale, failed, nines, oldestMs, examples }: Verified): string {
  const quality = nines === null ? "none differs" : `${nines.toFixed(1)} nines`;
  const oldest = oldestMs === null ? [] : [`The oldest that differs was stored ${span(oldestMs)} ago.`];
  return [
    `${checked} compared, ${stale} differ, ${failed} could not be loaded: ${quality}.`,
    ...oldest,
    ...examples.map(({ key, ageMs }) => `  ${safeText(key)}  ${span(ageMs)} old`),
  ].join("\n");
}
