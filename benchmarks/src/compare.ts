/** One side of a comparison: runs its operation `count` times and resolves when all have ended. */
export type Side = (count: number) => void | Promise<void>;

export interface Comparison {
  readonly name: string;
  readonly baseline: { readonly name: string; readonly run: Side };
  readonly subject: { readonly name: string; readonly run: Side };
  /**
   * `time`: subject's time over the baseline's, smaller is better. `throughput`: the inverse, larger is
   * better.
   * `added`: nanoseconds of processor time that the subject takes more, smaller is better.
   */
  readonly ratio: "time" | "throughput" | "added";
  /** The bound on the ratio, or on the nanoseconds that are added, that the project holds itself to; undefined for a figure that is only shown. */
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
  readonly ratio: Comparison["ratio"];
  /** Median of the rounds' ratios. */
  readonly value: number;
  /** Lower and upper quartile of the rounds' ratios. */
  readonly spread: readonly [number, number];
  readonly goal: number | undefined;
  readonly met: boolean | undefined;
}

const WARM_UP_ROUNDS = 3;

const RATIOS = {
  time: (base: number, sub: number) => sub / base,
  throughput: (base: number, sub: number) => base / sub,
  added: (base: number, sub: number) => sub - base,
};

/** Measures both sides in turns, so that what disturbs the machine disturbs both, and takes medians. */
export async function compare(comparison: Comparison): Promise<Result> {
  const { baseline, subject, count, rounds, ratio, goal, name, warmUp = 0 } = comparison;
  const clock = ratio === "added" ? processorTime : process.hrtime.bigint;
  for (const side of [baseline, subject]) await runFor(warmUp, side.run, count);
  const samples: { readonly base: number; readonly sub: number }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const baseFirst = round % 2 === 0;
    const first = await time(baseFirst ? baseline.run : subject.run, count, clock);
    const second = await time(baseFirst ? subject.run : baseline.run, count, clock);
    if (round >= 0) samples.push(baseFirst ? { base: first, sub: second } : { base: second, sub: first });
  }
  const ratios = samples.map(({ base, sub }) => RATIOS[ratio](base, sub));
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
    met: goal === undefined ? undefined : ratio === "throughput" ? value >= goal : value <= goal,
  };
}

async function runFor(milliseconds: number, run: Side, count: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await run(count);
}

/** Nanoseconds an operation. */
async function time(run: Side, count: number, clock: () => bigint): Promise<number> {
  const start = clock();
  const running = run(count);
  // Awaited only where there is something to wait for: a synchronous side pays for no promise.
  if (running) await running;
  return Number(clock() - start) / count;
}

/** Nanoseconds that this process has had: a busy machine changes them little. */
function processorTime(): bigint {
  const { user, system } = process.cpuUsage();
  return BigInt(user + system) * 1_000n;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
