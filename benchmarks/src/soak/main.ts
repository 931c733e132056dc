import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { startRedis } from "@hitbox/test-servers";
import { growth, type HeapSample, heapInUse } from "./heap.ts";
import { keepCalling } from "./load.ts";
import { makeTrouble } from "./trouble.ts";

// The front page's stack for some minutes, over a Redis that fails in turns: the heap has to stay flat.

const CALLERS = 200;
const SAMPLE_MS = 10_000;
/** The share of the run in which the tiers and V8's own tables fill up, which is not measured. */
const WARM_UP = 0.3;
/** Most growth in MiB a minute. */
const BOUND = 0.15;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const total = Number(values.minutes) * 60_000;

const server = await startRedis({ args: ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"] });
const near = memory({ maxEntries: 5_000 });
const far = redis({ url: server.url, coherence: "tracking" });
const cache = createCache({ backend: compose(near, far), ttl: "20s", staleIfError: "20s" });
const end = new AbortController();
const calling = keepCalling(cache, CALLERS, end.signal);
const trouble = makeTrouble(server, end.signal);

const samples: HeapSample[] = [];
const start = performance.now();
while (performance.now() - start < total) {
  await wait(SAMPLE_MS);
  const minutes = (performance.now() - start) / 60_000;
  samples.push({ minutes, mib: heapInUse() });
  console.log(`${minutes.toFixed(1)} min: ${samples.at(-1)?.mib.toFixed(2)} MiB`);
}
end.abort();
const { calls, failures } = await calling;
await trouble;
await cache.close();
await server.close();

const grown = growth(samples.filter(({ minutes }) => minutes * 60_000 >= total * WARM_UP));
console.log(
  `${calls} calls, ${failures} of them failed; the heap grew by ${grown.toFixed(3)} MiB a minute (at most ${BOUND})`,
);
process.exitCode = grown <= BOUND ? 0 : 1;
