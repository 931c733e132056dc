import { openTelemetry } from "@hitbox/opentelemetry";
import { prometheus } from "@hitbox/prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { Registry } from "prom-client";
import type { Comparison, Side } from "../compare.ts";
import { TTL } from "../workload.ts";
import { filledHit, hits } from "./cache.ts";

/** Switches an exporter on. */
type Start = () => Disposable;

const EXPORTERS: Readonly<Record<"prometheus" | "opentelemetry", Start>> = {
  prometheus: () => prometheus({ register: new Registry() }),
  opentelemetry: () => openTelemetry({ meterProvider: new MeterProvider() }),
};

/** The cost of counting a hit: one cache, with an exporter switched on and off in turns. */
export async function countedHit(exporter: keyof typeof EXPORTERS): Promise<Comparison> {
  const plain = hits(await filledHit(TTL));
  return {
    name: `getOrSet, L1 hit, metrics of @hitbox/${exporter}`,
    baseline: { name: "switched off", run: plain },
    subject: { name: "switched on", run: switchedOn(plain, EXPORTERS[exporter]) },
    ratio: "added",
    goal: 150,
    // So many that the compiling anew, which each switch causes, is a small part of the time.
    count: 1_000_000,
    rounds: 21,
  };
}

function switchedOn(run: Side, start: Start): Side {
  return async (count) => {
    using _exporter = start();
    await run(count);
  };
}
