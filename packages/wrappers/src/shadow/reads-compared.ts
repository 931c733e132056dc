import { type Backend, BackendError } from "@hitbox/core";
import type { Comparisons } from "./comparisons.ts";
import { observed } from "./observed.ts";

/** The reads of `inner`. Each is followed by one of the candidate, which nobody waits for. */
export function readsCompared<Raw>(
  { read, readMany }: Backend<Raw>,
  comparisons: Comparisons<Raw>,
): Pick<Backend<Raw>, "read" | "readMany"> {
  const readOne: Backend<Raw>["read"] = (key) => {
    const comparison = comparisons.begin(key);
    return comparison ? observed(() => read(key), comparison.with, comparison.giveUp) : read(key);
  };
  if (readMany === undefined) return { read: readOne };
  return {
    read: readOne,
    readMany: (keys) => {
      const begun = keys.map((key) => comparisons.begin(key));
      const succeeded = (answers: Answers<Raw>): void => {
        for (const [at, comparison] of begun.entries()) {
          const answer = answers[at];
          if (BackendError.is(answer)) comparison?.giveUp();
          else comparison?.with(answer);
        }
      };
      const failed = (): void => {
        for (const comparison of begun) comparison?.giveUp();
      };
      return observed(() => readMany(keys), succeeded, failed);
    },
  };
}

type Answers<Raw> = Awaited<ReturnType<NonNullable<Backend<Raw>["readMany"]>>>;
