import { type Cache, createCache } from "@hitbox/cache";
import { INSPECTED, type Inspected } from "@hitbox/core/tier";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { count } from "../output/units.ts";
import { Pace } from "../pace.ts";
import { isPattern, pattern } from "../pattern.ts";
import { listKeys } from "../store/list.ts";
import { type Store, sharedTier } from "../store/store.ts";
import type { Call, Command } from "./command.ts";
import { RATE, rate, YES } from "./options.ts";

/** Changes entries of one tier, by the texts of their keys. Resolves with whether there was one, for each. */
type Change = (tier: Inspected, keys: readonly string[]) => Promise<boolean[]>;

/** Options of a command that changes the entries of keys. */
export const CHANGE_OPTIONS: NonNullable<Command["options"]> = {
  yes: YES,
  exact: { type: "boolean", help: "takes '*' as it is, and no pattern" },
  rate: RATE,
};

const SHOWN = 10;

/** Counts the keys that are meant, and changes them if `--yes` is given. */
export async function changeKeys(call: Call, done: string, change: Change): Promise<ExitCode> {
  const { args, values, out, open } = call;
  const store = await open({ changes: "announces" });
  const caches = cachesOf(store);
  const pace = new Pace(rate(values));
  const first: string[] = [];
  let [keys, changed] = [0, 0];
  for await (const page of pagesOf(call, store, args, pace)) {
    keys += page.length;
    first.push(...page.slice(0, SHOWN - first.length));
    if (values.yes) changed += await changePage(caches, page, change);
  }
  const answer = { keys, [done]: values.yes ? changed : 0, dryRun: !values.yes, first };
  out.answer(answer, () => textOf(answer, done, changed));
  return EXIT.ok;
}

async function* pagesOf(
  { values, out }: Call,
  store: Store,
  args: readonly string[],
  pace: Pace,
): AsyncGenerator<readonly string[], void, undefined> {
  for (const arg of args) {
    if (values.exact || !isPattern(arg)) yield [arg];
    else yield* listKeys(sharedTier(store), { ...pattern(arg), leased: true }, out, pace);
  }
}

/** The tier that processes share comes first: no copy is made of what is about to go. */
async function changePage(
  caches: readonly Cache[],
  page: readonly string[],
  change: Change,
): Promise<number> {
  const had = new Set<string>();
  for (const cache of caches) {
    // As texts: a cache would take a listed key, such as `@user.v1:42`, for a string of its own.
    const answers = await change(inspected(cache), page);
    for (const [index, key] of page.entries()) if (answers[index]) had.add(key);
  }
  return had.size;
}

/** A cache over each tier, the last tier first. */
export function cachesOf({ tiers }: Store): readonly Cache[] {
  return tiers.toReversed().map(({ typed }) =>
    createCache({
      backend: typed,
      ttl: "1m",
      onBackendError: "throw",
      maxKeyBytes: 65_536,
      maxTags: 10_000,
    }),
  );
}

function inspected(cache: Cache): Inspected {
  return (cache as Cache & { readonly [INSPECTED]: Inspected })[INSPECTED];
}

interface Answer {
  readonly keys: number;
  readonly dryRun: boolean;
  readonly first: readonly string[];
}

function textOf({ keys, dryRun, first }: Answer, done: string, changed: number): string {
  const shown = first.map((key) => `  ${safeText(key)}`);
  const more = keys > first.length ? [`  … and ${keys - first.length} more`] : [];
  const missing = keys === changed ? "" : ` ${keys - changed} had no entry.`;
  const head = dryRun
    ? `${count(keys, "key")} would be ${done}. Nothing is done without --yes.`
    : `${count(changed, "key")} ${done}.${missing}`;
  return [head, ...shown, ...more].join("\n");
}
