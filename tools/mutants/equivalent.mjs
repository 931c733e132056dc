/**
 * Mutants that no test can notice, each with the reason: the mutated code does the same. They are not tried,
 * and count for no score. `from` and `to` are as the log of a run shows them, white space folded.
 */
/** @type {readonly { file: string, operator: string, from: string, to: string, reason: string }[]} */
export const EQUIVALENT = [];

/** Whether a mutant is in the list. */
export function isEquivalent({ file, operator, from, to }, list = EQUIVALENT) {
  return list.some(
    (known) =>
      known.file === file &&
      known.operator === operator &&
      known.from === folded(from) &&
      known.to === folded(to),
  );
}

const folded = (code) => code.replace(/\s+/g, " ");
