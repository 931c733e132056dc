/**
 * Mutants that no test can notice, each with the reason: the mutated code does the same. They are not tried,
 * and count for no score. `from` and `to` are as the log of a run shows them.
 *
 * @type {readonly { file: string, operator: string, from: string, to: string, reason: string }[]}
 */
export const EQUIVALENT = [
  {
    file: "packages/core/src/pipeline/read-batcher.ts",
    operator: "order swapped",
    from: "this.#first = { key, note, resolve, reject, next: undefined…",
    to: "nextTick(this.flush); this.#first = { key, note, resolve, r…",
    reason: "The tick ends only after both.",
  },
  {
    file: "packages/core/src/pipeline/typed-writes.ts",
    operator: "guard removed",
    from: "context === undefined && !channels.write.hasSubscribers",
    to: "false",
    reason: "A shortcut for speed: to observe nothing gives the same answer.",
  },
  {
    file: "packages/core/src/pipeline/write-queue.ts",
    operator: "order swapped",
    from: "this.#givenUp.set(key, all); void all.then(() => { if (this…",
    to: "void all.then(() => { if (this.#givenUp.get(key) === all) t…",
    reason: "The callback runs in a later microtask.",
  },
  {
    file: "packages/composition/src/composition.ts",
    operator: "order swapped",
    from: "this.l1 = new OrderedTier(l1, composed.queues[0]); this.l2 …",
    to: "this.l2 = new OrderedTier(l2, composed.queues[1]); this.l1 …",
    reason: "The constructors know nothing of each other.",
  },
];

/** Whether a mutant is in the list. */
export function isEquivalent({ file, operator, from, to }, list = EQUIVALENT) {
  return list.some(
    (known) =>
      known.file === file &&
      known.operator === operator &&
      known.from === brief(from) &&
      known.to === brief(to),
  );
}

/** The code of a mutant on one short line. */
export function brief(code) {
  const line = code.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
