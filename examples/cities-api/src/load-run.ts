import { setImmediate as breathe } from "node:timers/promises";
import { cities } from "./city.ts";
import { DirectAnswers } from "./direct.ts";
import { drive } from "./drive.ts";
import { type Load, makeLoad, ZIPF_EXPONENT } from "./load.ts";
import type { LoadOptions } from "./options.ts";
import { progress } from "./progress.ts";
import { count, meanScanMs, type Run, saving, seconds, table } from "./report.ts";
import { openSecondTier, type SecondTier } from "./second-tier.ts";
import { startServiceProcess } from "./service-process.ts";

/** Share of the distinct queries that the second run may compute again: a store is free to drop an entry. */
const MAY_BE_LOST = 0.01;

/**
 * Drives the load, restarts the service, drives the load again, and prints where the answers came from. Rejects where
 * an answer is wrong, where the second tier did not survive the restart, and when `signal` is aborted.
 */
export async function runLoad(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const load = makeLoad(cities, options);
  console.log(
    `${count(cities.length)} cities; ${count(options.requests)} requests for ${count(load.queries.length)} ` +
      `places, Zipf exponent ${ZIPF_EXPONENT}, seed ${options.seed}`,
  );
  const expected = await directAnswers(load, signal);
  const tier = await openSecondTier(options);
  try {
    const once = (title: string): Promise<Run> => run(title, { options, load, expected, tier, signal });
    const runs = [await once("first run"), await once("after the restart")] as const;
    report(runs, tier);
    checkSurvived(runs, load);
  } finally {
    await tier.remove();
  }
}

async function directAnswers({ queries }: Load, signal: AbortSignal): Promise<string[]> {
  const direct = new DirectAnswers(cities);
  const bar = progress("direct answers", queries.length);
  const expected: string[] = [];
  for (const query of queries) {
    expected.push(JSON.stringify(direct.nearest(query)));
    bar.step();
    await breathe();
    if (signal.aborted) break;
  }
  bar.end();
  signal.throwIfAborted();
  return expected;
}

interface RunOptions {
  readonly options: LoadOptions;
  readonly load: Load;
  readonly expected: readonly string[];
  readonly tier: SecondTier;
  readonly signal: AbortSignal;
}

/** One run against a service of its own, which is gone when this settles. */
async function run(title: string, { options, load, expected, tier, signal }: RunOptions): Promise<Run> {
  const { memoryEntries, concurrency } = options;
  const args = ["--port", "0", "--memory-entries", String(memoryEntries), ...tier.args];
  const service = await startServiceProcess(args);
  console.log(`${title}, while it lasts: ${service.dashboard}`);
  const bar = progress(title, load.picks.length);
  const start = performance.now();
  try {
    const drivenBy = { origin: service.origin, load, expected, concurrency, signal, onAnswer: bar.step };
    return { title, samples: await drive(drivenBy), wallMs: performance.now() - start };
  } finally {
    bar.end();
    await service.stop();
    for (const line of service.log) console.log(`  service: ${line}`);
  }
}

function report(runs: readonly Run[], tier: SecondTier): void {
  const scanMs = meanScanMs(runs.flatMap(({ samples }) => samples));
  for (const each of runs) {
    const rate = count(Math.round((each.samples.length / each.wallMs) * 1_000));
    console.log(`\n${each.title}: ${seconds(each.wallMs)}, ${rate} requests/s`);
    for (const line of table(each, ["cities.memory", tier.source, "upstream"])) console.log(line);
    console.log(`  ${saving(each, scanMs)}`);
  }
  console.log(
    "\nLatencies are the client's. The saving compares the service's own times (server-timing): the mean of all\n" +
      "scans times the number of requests, against the sum of what each request took.",
  );
  console.log("Every answer equals the direct computation.");
}

/** What the first run stored has to answer after the restart; unless the tier was away, and said so. */
function checkSurvived([first, second]: readonly [Run, Run], { queries }: Load): void {
  const degraded = [...first.samples, ...second.samples].find((sample) => sample.degraded !== undefined);
  if (degraded !== undefined) {
    console.log(`The second tier was away (${degraded.degraded}): memory and upstream answered.`);
    return;
  }
  const scans = second.samples.filter(({ source }) => source === "upstream").length;
  const most = queries.length * MAY_BE_LOST;
  if (scans > most)
    throw new Error(`After the restart ${scans} requests were scanned for again; at most ${most} may be.`);
  console.log(`After the restart ${scans} scans were needed: the second tier had the rest.`);
}
