import { Pool } from "undici";
import type { Load } from "./load.ts";
import type { NearestQuery } from "./nearest.ts";

/** One request, as its client saw it. */
export interface Sample {
  /** The tier that answered, or `upstream`. */
  readonly source: string;
  /** From sending the request to having read the answer. */
  readonly latencyMs: number;
  /** What the service says it took to find the answer. */
  readonly serviceMs: number;
  /** What the service says the scan took; undefined where there was none. */
  readonly scanMs: number | undefined;
  /** Tiers that were away, such as `cities.redis: connection`. */
  readonly degraded: string | undefined;
}

export interface DriveOptions {
  readonly origin: string;
  readonly load: Load;
  /** The right answer to each of the load's queries, as the body of the response. */
  readonly expected: readonly string[];
  /** Connections, each with one request at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onAnswer: () => void;
}

/** An answer was not what the direct computation says. */
export class WrongAnswer extends Error {}

/**
 * Sends the whole load over kept-alive connections. Rejects at the first answer that is wrong (`WrongAnswer`), and
 * when `signal` is aborted.
 */
export async function drive(options: DriveOptions): Promise<Sample[]> {
  const { origin, load, concurrency } = options;
  const pool = new Pool(origin, { connections: concurrency });
  const samples: Sample[] = [];
  const picks = load.picks.values();
  try {
    await Promise.all(Array.from({ length: concurrency }, () => client(pool, picks, options, samples)));
    return samples;
  } finally {
    await pool.destroy();
  }
}

/** One connection's share: whatever is next, until nothing is left. */
async function client(
  pool: Pool,
  picks: Iterator<number> & Iterable<number>,
  { load, expected, signal, onAnswer }: DriveOptions,
  samples: Sample[],
): Promise<void> {
  for (const pick of picks) {
    signal.throwIfAborted();
    const { body, sample } = await ask(pool, load.queries[pick] as NearestQuery);
    if (body !== expected[pick]) throw new WrongAnswer(mismatch(load.queries[pick], expected[pick], body));
    samples.push(sample);
    onAnswer();
  }
}

async function ask(pool: Pool, { lat, lon, n }: NearestQuery): Promise<{ body: string; sample: Sample }> {
  const start = performance.now();
  const response = await pool.request({ path: `/nearest?lat=${lat}&lon=${lon}&n=${n}`, method: "GET" });
  const body = await response.body.text();
  const latencyMs = performance.now() - start;
  const header = (name: string): string | undefined => response.headers[name]?.toString();
  const timing = header("server-timing") ?? "";
  const sample = {
    source: header("x-cache-source") ?? "unknown",
    latencyMs,
    serviceMs: duration(timing, "total") ?? 0,
    scanMs: duration(timing, "scan"),
    degraded: header("x-cache-degraded"),
  };
  return { body, sample };
}

function duration(timing: string, name: string): number | undefined {
  const found = new RegExp(`${name};dur=([0-9.]+)`).exec(timing)?.[1];
  return found === undefined ? undefined : Number(found);
}

function mismatch(query: NearestQuery | undefined, expected: string | undefined, body: string): string {
  return `Wrong answer to ${JSON.stringify(query)}:\n  expected ${expected}\n  got      ${body}`;
}
