import { STORY } from "./story.mjs";

/** Answers that took so long count as slow. */
export const SLOW_MS = 500;
const SECONDS = STORY.end / 1_000;

/** The numbers of a run, for each second. Latencies of a second without answers are undefined. */
export function bySecond({ answers, queries }) {
  return Array.from({ length: SECONDS }, (_, second) => {
    const isIn = (at) => Math.floor(at / 1_000) === second;
    const here = answers.filter(({ at }) => isIn(at));
    const times = here.map(({ ms }) => ms);
    return {
      median: percentile(times, 0.5),
      slowest: percentile(times, 1),
      queries: queries.filter(isIn).length,
      failed: here.filter(({ outcome }) => outcome === "failed").length,
      old: here.filter(({ outcome }) => outcome === "old").length,
    };
  });
}

/** The numbers of a whole run. */
export function inAll({ answers, queries }) {
  const times = answers.map(({ ms }) => ms);
  const count = (wanted) => answers.filter(({ outcome }) => outcome === wanted).length;
  return {
    queries: queries.length,
    median: percentile(times, 0.5),
    slowest: percentile(times, 1),
    slow: times.filter((ms) => ms >= SLOW_MS).length,
    failed: count("failed"),
    old: count("old"),
  };
}

function percentile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
