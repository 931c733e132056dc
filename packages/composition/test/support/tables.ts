import {
  hedged,
  l2First,
  optimistic,
  parallel,
  type ReadPolicy,
  race,
  raceWrite,
  sequential,
  sequentialWrite,
  type WritePolicy,
  writeBehind,
} from "@hitbox/composition";
import {
  BackendError,
  type CacheContext,
  cacheContext,
  type DeleteStatus,
  type StoredValue,
} from "@hitbox/core";
import { expect } from "vitest";

// One table for every policy. H = fresh value, S = stale value, M = miss, expired = a value that has ended, E
// = error, damaged = an entry that cannot be read. H+ lives longer than H; S+ was created later than S, and H
// later than both.
export type ReadState = "H" | "H+" | "S" | "S+" | "M" | "expired" | "E" | "damaged";
export type ReadRow = readonly [l1: ReadState, l2: ReadState, answer: string, parallel: string];
export const READ_TABLE: readonly ReadRow[] = [
  ["H", "H", "L1", "L1"],
  ["H+", "H", "L1", "L1"],
  ["H", "H+", "L1", "L2"],
  ["H", "M", "L1", "L1"],
  ["H", "expired", "L1", "L1"],
  ["H", "E", "L1", "L1"],
  ["H", "damaged", "L1", "L1"],
  ["H", "S", "L1", "L1"],
  ["S", "H", "L2", "L2"],
  ["S", "M", "L1", "L1"],
  ["S", "expired", "L1", "L1"],
  ["S", "E", "L1", "L1"],
  ["S", "damaged", "L1", "L1"],
  ["S", "S", "L1", "L1"],
  ["S", "S+", "L2", "L2"],
  ["S+", "S", "L1", "L1"],
  ["M", "S", "L2", "L2"],
  ["expired", "S", "L2", "L2"],
  ["E", "S", "L2", "L2"],
  ["damaged", "S", "L2", "L2"],
  ["M", "H", "L2", "L2"],
  ["expired", "H", "L2", "L2"],
  ["E", "H", "L2", "L2"],
  ["damaged", "H", "L2", "L2"],
  ["M", "M", "miss", "miss"],
  ["expired", "expired", "miss", "miss"],
  ["E", "M", "miss", "miss"],
  ["E", "expired", "miss", "miss"],
  ["M", "E", "error of L2", "error of L2"],
  ["expired", "E", "error of L2", "error of L2"],
  ["M", "damaged", "error of L2", "error of L2"],
  ["E", "E", "error of both", "error of both"],
  ["damaged", "E", "error of both", "error of both"],
];

export const READ_POLICIES: readonly ReadPolicy[] = [
  sequential(),
  race(),
  race({ loser: "drop" }),
  hedged({ after: 50 }),
  parallel(),
];
// The same for every tier: lives of equal length must not differ by the millisecond in which they were
// written.
export const END = Date.now() + 3_600_000;

/** The times of an entry that was stale long ago and has not ended. */
export const STALE = { createdAt: 10, staleAt: 20, expiresAt: END } as const;
/** The times of another one, which was created later. */
export const NEWER_STALE = { createdAt: 30, staleAt: 40, expiresAt: END } as const;

/** An entry that has ended. */
export const EXPIRED: StoredValue = {
  payload: Buffer.from('"old"'),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: 2,
  tags: undefined,
};

/** What a read came to, in the words of the table. */
export async function answerOf(read: () => unknown): Promise<string> {
  try {
    return ((await read()) as { readonly data: string } | undefined)?.data ?? "miss";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    const both = error.backend === "l1>l2" && error.message.includes("Both cache layers failed");
    if (!both) return `error of ${error.backend.slice("l1>l2.".length, "l1>l2.l1".length).toUpperCase()}`;
    for (const path of ["l1>l2.l1", "l1>l2.l2"]) expect(error.message).toContain(path);
    return "error of both";
  }
}

// One table: what the caller is told, and what each tier holds when the background is done; "old" was there
// before.
export type WriteEnd = "ok" | "err";
export type WriteRow = readonly [
  l1: WriteEnd,
  l2: WriteEnd,
  result: string,
  holds: readonly [unknown, unknown],
];
const AT_ONCE: readonly WriteRow[] = [
  ["ok", "ok", "ok", ["new", "new"]],
  ["ok", "err", "ok", ["new", "old"]],
  ["err", "ok", "ok", [undefined, "new"]],
  ["err", "err", "error of both", ["old", "old"]],
];
export const WRITE_TABLE: readonly (readonly [WritePolicy, readonly WriteRow[]])[] = [
  [
    sequentialWrite(),
    [
      ["ok", "ok", "ok", ["new", "new"]],
      ["ok", "err", "error of l2", ["new", "old"]],
      ["err", "ok", "error of l1", ["old", "old"]],
      ["err", "err", "error of l1", ["old", "old"]],
    ],
  ],
  [optimistic(), AT_ONCE],
  [raceWrite(), AT_ONCE],
  [raceWrite({ loser: "drop" }), AT_ONCE],
  [writeBehind(), AT_ONCE],
  [
    l2First(),
    [
      ["ok", "ok", "ok", ["new", "new"]],
      ["ok", "err", "error of l2", [undefined, "old"]],
      ["err", "ok", "ok", [undefined, "new"]],
      ["err", "err", "error of l2", [undefined, "old"]],
    ],
  ],
];

/** What a write came to, in the words of the table. */
export async function resultOf(write: () => unknown): Promise<string> {
  try {
    await write();
    return "ok";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    if (error.backend === "l1>l2") return "error of both";
    return `error of ${error.backend.slice("l1>l2.".length, "l1>l2.l1".length)}`;
  }
}

export type DeleteState = "held" | "missing" | "err";
export const count = (number: number): DeleteStatus => ({ status: "deleted", count: number });
const MISSING: DeleteStatus = { status: "missing" };

// What the healthy tier reports is the answer of an optimistic delete, and the error's deleteStatus of a
// strict one.
export type DeleteRow = readonly [
  l1: DeleteState,
  l2: DeleteState,
  status: DeleteStatus | undefined,
  failed: string | undefined,
];
export const DELETE_TABLE: readonly DeleteRow[] = [
  ["held", "held", count(2), undefined],
  ["held", "missing", count(1), undefined],
  ["missing", "held", count(1), undefined],
  ["missing", "missing", MISSING, undefined],
  ["held", "err", count(1), "l2"],
  ["err", "held", count(1), "l1"],
  ["missing", "err", MISSING, "l2"],
  ["err", "missing", MISSING, "l1"],
  ["err", "err", undefined, "both"],
];

/** Which tiers' failures a set's context has to tell of. */
export function expectFailures(context: CacheContext, policy: WritePolicy, l1: WriteEnd, l2: WriteEnd): void {
  const failed = new Set(
    context.tiers
      .filter(({ status }) => status === "error")
      .map(({ tier }) => tier.slice(0, "l1>l2.l1".length)),
  );
  const isTried = (end: WriteEnd, other: WriteEnd, stops: string): boolean =>
    end === "err" && !(policy.name === stops && other === "err");
  expect(failed.has("l1>l2.l1")).toBe(isTried(l1, l2, "l2-first"));
  expect(failed.has("l1>l2.l2")).toBe(isTried(l2, l1, "sequential"));
}

/** A read, held against its row. */
export async function expectRead(
  policy: ReadPolicy,
  [l1, l2, expected, inParallel]: ReadRow,
  read: (context: CacheContext) => unknown,
): Promise<void> {
  const context = cacheContext();
  const got = await answerOf(() => read(context));
  expectAnswer(policy, [l1, l2, expected, inParallel], got);
  expect(context.status).toBe(got.startsWith("L") ? "hit" : "miss");
  expect(context.source).toMatch(got.startsWith("L") ? `l1>l2.${got.toLowerCase()}` : /^upstream$/);
}

/** An answer, in the words of the table, held against its row. */
export function expectAnswer(policy: ReadPolicy, [l1, l2, expected, inParallel]: ReadRow, got: string): void {
  // Where both are asked at once and both hit, the first to finish is right, whichever it is.
  const atOnce = policy.name === "race" && l2.startsWith("H") && l1.startsWith("H");
  if (atOnce) expect(["L1", "L2"]).toContain(got);
  else expect(got).toBe(policy.name === "parallel" ? inParallel : expected);
}

/** A delete, held against its row. */
export async function expectDelete(
  policy: "strict" | "optimistic",
  [, , status, failed]: DeleteRow,
  remove: () => unknown,
): Promise<void> {
  const outcome = await (async () => remove())().catch((thrown: unknown) => thrown);
  if (!failed || (policy === "optimistic" && status)) return expect(outcome).toEqual(status);
  expect(outcome).toSatisfy(BackendError.is);
  const message = failed === "both" ? "Both cache layers failed" : `l1>l2.${failed}`;
  expect(outcome).toMatchObject({
    message: expect.stringContaining(message),
    code: "connection",
    retryable: true,
  });
  if (failed !== "both") expect(outcome).toMatchObject({ deleteStatus: status });
}
