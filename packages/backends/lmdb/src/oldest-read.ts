import type { RootDatabase } from "lmdb";

const NO_READER = 2n ** 63n;

/** The number of the oldest state that any process is reading; a very great one if none is. */
export function oldestRead(root: Pick<RootDatabase, "readerCheck" | "readerList" | "resetReadTxn">): bigint {
  // This process keeps its last read for reads of the same turn.
  root.resetReadTxn();
  // Readers that have died would count for ever.
  root.readerCheck();
  const states = root.readerList().matchAll(/^\s*\d+\s+[\da-f]+\s+(\d+)$/gm);
  return [...states].reduce(
    (oldest, [, state = ""]) => (BigInt(state) < oldest ? BigInt(state) : oldest),
    NO_READER,
  );
}
