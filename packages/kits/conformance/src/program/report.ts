import { UNCHECKED } from "../unchecked.ts";

const MOST_LINES = 20;

export interface Result {
  readonly name: string;
  /** Undefined for a case that has passed. */
  readonly error?: unknown;
}

/** The report of a run: failures in the order of the cases, so that the likeliest cause comes first. */
export function report(results: readonly Result[]): string {
  const unchecked = results.filter(({ name }) => name.includes(UNCHECKED));
  const failed = results.filter(({ error }) => error !== undefined);
  const passed = results.length - unchecked.length - failed.length;
  const counts = `${passed} passed, ${failed.length} failed, ${unchecked.length} not checked`;
  return [...failed.map(told), ...toldUnchecked(unchecked), counts, ""].join("\n");
}

function told({ name, error }: Result, index: number, { length }: readonly unknown[]): string {
  const place = index === 0 && length > 1 ? "FAILED, the likeliest cause" : "FAILED";
  // The other failures name the first one, which stands above them here.
  const message = messageOf(error).replace(/\n\n.*Look first at "[^\n]*$/, "");
  return `${place}: ${name}\n${message.replace(/^/gm, "  ")}\n`;
}

function toldUnchecked(unchecked: readonly Result[]): string[] {
  return unchecked.length === 0 ? [] : [...unchecked.map(({ name }) => name), ""];
}

/** The first lines of a message: a comparison of two values may have hundreds. */
function messageOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), "…"].join("\n") : lines.join("\n");
}
