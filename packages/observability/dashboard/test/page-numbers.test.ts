import { expect, it } from "vitest";
import { distance, duration, percent, quantileText } from "../src/page/format.ts";
import { History } from "../src/page/history.ts";
import { gained, labelsOf, quantileOf, rate } from "../src/state/numbers.ts";
import { type Series, SHOWN, type State } from "../src/state/snapshot.ts";

/** A state with requests by their status. */
function state(at: number, requests: Readonly<Record<string, number>>): State {
  const series: Series[] = Object.entries(requests).map(([status, value]) => ({
    labels: ["shop", "", status],
    value,
  }));
  const metrics = Object.fromEntries(SHOWN.map((name) => [name, name === "requests" ? series : []]));
  return {
    ...{ at, metrics, hot: [], missed: [], processes: [], buckets: { readTime: [], age: [] } },
    ...{ switches: [], sources: [], canWrite: false, showsValues: false },
  } as unknown as State;
}

it("a rate is the difference of two states over their time", () => {
  const span = { from: state(0, { hit: 10 }), to: state(2_000, { hit: 30, miss: 4 }) };
  expect([rate(span, "requests"), rate(span, "requests", "shop", "", "miss")]).toEqual([12, 2]);
});

it("numbers of a process that has left make no rate below zero", () => {
  expect(gained({ from: state(0, { hit: 10 }), to: state(1, { hit: 3 }) }, "requests")).toBe(0);
});

it("the chart has the requests a second, and the share that was answered", () => {
  const history = new History();
  history.add(state(0, { hit: 0, miss: 0 }));
  history.add(state(2_000, { hit: 6, miss: 2 }));
  expect(history.points).toEqual([{ at: 2_000, hit: 3, miss: 1, stale: 0, collapsed: 0, ratio: 0.75 }]);
});

it("the span is the last minute, and the history is bounded", () => {
  const history = new History();
  for (let second = 0; second < 500; second++) history.add(state(second * 1_000, { hit: second }));
  expect(history.span).toMatchObject({ from: { at: 439_000 }, to: { at: 499_000 } });
  expect(history.points).toHaveLength(150);
});

it("a clock that was set back begins the history anew", () => {
  const history = new History();
  history.add(state(10_000, { hit: 1 }));
  history.add(state(5_000, { hit: 2 }));
  expect(history.span).toMatchObject({ from: undefined, to: { at: 5_000 } });
});

it.each([
  ["all in one bucket", [0, 4, 0], 0.5, 1.5],
  ["the last of several buckets", [2, 2, 0], 1, 2],
  ["beyond the last bound", [0, 0, 3], 0.5, 2],
  ["nothing observed", [0, 0, 0], 0.5, undefined],
])("the quantile of %s is taken from the buckets", (_, counts, share, expected) => {
  expect(quantileOf(counts, [1, 2], share)).toBe(expected);
});

it("a quantile within the first bucket is shown by the bound of the bucket", () => {
  const shown = [undefined, 0.000_05, 0.0001, 0.0003].map((seconds) =>
    quantileText(seconds, [0.0001, 0.0005]),
  );
  expect(shown).toEqual(["–", "≤ 100 µs", "≤ 100 µs", "300 µs"]);
});

it("labels are listed once, in order", () => {
  const all = state(0, { miss: 1, hit: 1 });
  expect(labelsOf(all, "requests", 2)).toEqual([["shop", ""]]);
  expect(labelsOf(all, "requests", 3).map((labels) => labels[2])).toEqual(["hit", "miss"]);
});

it("times and shares are short texts", () => {
  expect([0, 0.000_02, 0.0015, 2, 90, 90_000].map(duration)).toEqual([
    "0 s",
    "20 µs",
    "1.5 ms",
    "2 s",
    "1.5 min",
    "1 d",
  ]);
  expect([percent(0.9876), percent(undefined)]).toEqual(["98.8 %", "–"]);
  expect([distance(5_000, 0), distance(0, 5_000), distance(undefined, 0)]).toEqual([
    "in 5 s",
    "5 s ago",
    "never",
  ]);
});
