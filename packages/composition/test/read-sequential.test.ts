import { compose } from "@hitbox/composition";
import { BackendError, type CacheContext, cacheContext } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { put, type Tier, tier } from "./support/tier.ts";

// The truth table of docs/design.md: H = live value, M = miss (also an expired value), E = error.
type State = "H" | "M" | "expired" | "E" | "damaged";
const TABLE: readonly (readonly [l1: State, l2: State, answer: string])[] = [
  ["H", "H", "L1"],
  ["H", "M", "L1"],
  ["H", "E", "L1"],
  ["M", "H", "L2"],
  ["expired", "H", "L2"],
  ["E", "H", "L2"],
  ["damaged", "H", "L2"],
  ["M", "M", "miss"],
  ["expired", "expired", "miss"],
  ["E", "M", "miss"],
  ["E", "expired", "miss"],
  ["M", "E", "error of L2"],
  ["M", "damaged", "error of L2"],
  ["E", "E", "error of both"],
  ["damaged", "E", "error of both"],
];

function prepare(store: Tier, state: State, data: string): void {
  if (state === "H" || state === "damaged") put(store, "k", data);
  if (state === "expired") store.entries.set("k", { ...expired });
  if (state === "damaged")
    store.entries.set("k", { ...store.entries.get("k"), payload: Buffer.from("{") } as never);
  if (state === "E") store.failing.add("read");
}

const expired = {
  payload: Buffer.from('"old"'),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: 2,
  tags: undefined,
};

async function answer(read: () => unknown): Promise<string> {
  try {
    const value = (await read()) as { readonly data: string } | undefined;
    return value?.data ?? "miss";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    if (error.message.includes("Both cache layers failed")) {
      expect(error.message).toContain("composition.l1: ");
      expect(error.message).toContain("composition.l2: ");
      return "error of both";
    }
    return `error of ${error.backend.replace("composition.l", "L")}`;
  }
}

const SHAPES = ["now", "later"] as const;
const cells = SHAPES.flatMap((first) =>
  SHAPES.flatMap((second) => TABLE.map(([l1, l2, expected]) => ({ first, second, l1, l2, expected }))),
);

describe("a sequential read", () => {
  test.each(cells)(
    "of $l1 ($first), $l2 ($second) is $expected",
    async ({ first, second, l1, l2, expected }) => {
      const [one, two] = [tier("l1", { answers: first }), tier("l2", { answers: second })];
      prepare(one, l1, "L1");
      prepare(two, l2, "L2");
      const context: CacheContext = cacheContext();
      expect(await answer(() => compose(one, two).get("k", context))).toBe(expected);
      const source = { L1: "composition.l1", L2: "composition.l2" }[expected] ?? "upstream";
      expect(context).toMatchObject({ source, status: source === "upstream" ? "miss" : "hit" });
      expect(two.calls.length).toBe(l1 === "H" ? 0 : 1);
    },
  );

  test("of an L1 hit answers now, through any number of nested compositions", () => {
    const l1 = tier("l1");
    put(l1, "k", "v");
    const later = () => tier("later", { answers: "later" });
    const nested = compose(l1, compose(later(), compose(later(), later())));
    expect(nested.get("k")).toMatchObject({ data: "v" });
  });

  test("tells what each tier did, in order", async () => {
    const [one, two] = [tier("l1"), tier("l2", { answers: "later" })];
    one.failing.add("read");
    put(two, "k", "v");
    const context = cacheContext();
    await compose(one, two).get("k", context);
    expect(context.tiers).toMatchObject([
      { tier: "composition.l1", operation: "read", status: "error", error: { code: "connection" } },
      { tier: "composition.l2", operation: "read", status: "hit" },
      { tier: "composition.l1", operation: "write", status: "ok" },
    ]);
  });

  test("of a wrong key is the caller's TypeError, not a failure of the tiers", () => {
    expect(() => compose(tier("l1"), tier("l2")).get("")).toThrow(TypeError);
  });
});
