/** One side of a comparison: runs its operation `count` times and resolves when all have ended. */
export type Side = (count: number) => void | Promise<void>;

export interface Comparison {
  readonly name: string;
  readonly baseline: { readonly name: string; readonly run: Side };
  readonly subject: { readonly name: string; readonly run: Side };
  /** `time`: subject's time over the baseline's, smaller is better. `throughput`: the inverse, larger is better. */
  readonly ratio: "time" | "throughput";
  /** The bound on the ratio that the project holds itself to; undefined for a figure that is only shown. */
  readonly goal: number | undefined;
  /** Operations in one measurement of one side. */
  readonly count: number;
  readonly rounds: number;
  /**
   * Milliseconds for which each side runs alone before all rounds. Default: 0. A server that compiles itself while it runs
   * needs as many requests of a kind for that, and the side that sends few of them would be measured on a cold one.
   */
  readonly warmUp?: number;
}

export interface Result {
  readonly name: string;
  readonly baseline: string;
  readonly subject: string;
  /** Medians over the rounds, in nanoseconds an operation. */
  readonly baselineNs: number;
  readonly subjectNs: number;
  readonly ratio: "time" | "throughput";
  /** Median of the rounds' ratios. */
  readonly value: number;
  /** Lower and upper quartile of the rounds' ratios. */
  readonly spread: readonly [number, number];
  readonly goal: number | undefined;
  readonly met: boolean | undefined;
}

const WARM_UP_ROUNDS = 3;

/** Measures both sides in turns, so that what disturbs the machine disturbs both, and takes medians. */
export async function compare(comparison: Comparison): Promise<Result> {
  const { baseline, subject, count, rounds, ratio, goal, name, warmUp = 0 } = comparison;
  for (const side of [baseline, subject]) await runFor(warmUp, side.run, count);
  const samples: { readonly base: number; readonly sub: number }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const baseFirst = round % 2 === 0;
    const first = await time(baseFirst ? baseline.run : subject.run, count);
    const second = await time(baseFirst ? subject.run : baseline.run, count);
    if (round >= 0) samples.push(baseFirst ? { base: first, sub: second } : { base: second, sub: first });
  }
  const ratios = samples.map(({ base, sub }) => (ratio === "time" ? sub / base : base / sub));
  const value = quantile(ratios, 0.5);
  return {
    name,
    baseline: baseline.name,
    subject: subject.name,
    baselineNs: quantile(
      samples.map(({ base }) => base),
      0.5,
    ),
    subjectNs: quantile(
      samples.map(({ sub }) => sub),
      0.5,
    ),
    ratio,
    value,
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    goal,
    met: goal === undefined ? undefined : ratio === "time" ? value <= goal : value >= goal,
  };
}

async function runFor(milliseconds: number, run: Side, count: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await run(count);
}

/** Nanoseconds an operation. */
async function time(run: Side, count: number): Promise<number> {
  const start = process.hrtime.bigint();
  const running = run(count);
  // Awaited only where there is something to wait for: a synchronous side pays for no promise.
  if (running) await running;
  return Number(process.hrtime.bigint() - start) / count;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
