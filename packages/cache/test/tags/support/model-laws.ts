import { breaksLaw } from "@hitbox/test-support";
import type { Answer, Invalidation, World } from "./model-run.ts";

/** Throws if the run broke a law. */
export function check({ answers, invalidations, unserved }: World): void {
  for (const answer of answers)
    for (const invalidation of invalidations)
      if (breaks(answer, invalidation))
        breaksLaw("no entry is accepted that an invalidation was to remove", { answer, invalidation });
  if (unserved.length > 0) breaksLaw("a value that is set when all is quiet is there", { unserved });
}

/** Whether the entry was stamped before the invalidation, and read after it. */
function breaks({ at, begun, isFresh, witness, tags }: Answer, invalidation: Invalidation): boolean {
  if (invalidation.kind === "expire" && !isFresh) return false;
  const isOver = at === invalidation.at ? invalidation.ended < begun : invalidation.reached < begun;
  if (!isOver) return false;
  return tags.some((tag) => {
    if (!invalidation.tags.includes(tag)) return false;
    const wasStamped = (witness.stamped[tag] ?? Infinity) < invalidation.begun;
    // In a process a set counts from its call, though its stamps come later.
    const wasAsked = witness.at === invalidation.at && witness.begun < invalidation.begun;
    // A loader that was given the tag beforehand reads its source after the stamps are there.
    const wasSourced = witness.kind === "load" && witness.sourced < invalidation.begun;
    return wasStamped || (wasAsked && witness.kind === "set") || wasSourced;
  });
}
