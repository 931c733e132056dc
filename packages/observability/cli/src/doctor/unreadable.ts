import { BackendError, isUnreadable } from "@hitbox/core";
import type { StoreTier } from "../store/store.ts";
import { type Finding, info, ok, problem } from "./finding.ts";

/** Entries that are read at most, and reasons that are told apart. */
const MOST = 1_000;
const MOST_REASONS = 10;

/** Reads a sample of entries, and says why some cannot be read. */
export async function unreadable({ typed }: StoreTier): Promise<Finding> {
  const check = "entries";
  if (typed.supports.keys !== true) return info(check, "this store does not list its keys");
  const reasons = new Map<string, { count: number; readonly example: string }>();
  let seen = 0;
  for await (const page of typed.keys({ pageSize: 100 })) {
    await Promise.all(page.map((key) => read(typed, key, reasons)));
    seen += page.length;
    if (seen >= MOST) break;
  }
  if (reasons.size === 0) return ok(check, `all of ${seen} can be read`);
  const texts = [...reasons].map(([reason, { count, example }]) => `${count}, such as ${example}: ${reason}`);
  return problem(check, `of ${seen}, these cannot be read. ${texts.join("; ")}`);
}

async function read(
  typed: StoreTier["typed"],
  key: string,
  reasons: Map<string, { count: number; readonly example: string }>,
): Promise<void> {
  try {
    await typed.get(key);
  } catch (error) {
    if (!BackendError.is(error) || !isUnreadable(error)) throw error;
    const found = reasons.get(error.message);
    if (found) found.count += 1;
    else if (reasons.size < MOST_REASONS) reasons.set(error.message, { count: 1, example: key });
  }
}
