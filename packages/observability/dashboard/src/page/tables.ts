import { html, type TemplateResult } from "lit-html";
import { gained, labelsOf, quantile, rate, type Span, share, total } from "../state/numbers.ts";
import type { KeyCount } from "../state/snapshot.ts";
import { summaryOf } from "../state/summary.ts";
import { bytes, count, distance, duration, percent, quantileText } from "./format.ts";
import { type Cell, table } from "./table.ts";

const SHOWN_KEYS = 20;

/** Tiers: rates, hit ratio, latency, age. */
export function tiers(span: Span): TemplateResult {
  const { age, readTime } = span.to.buckets;
  const rows = summaryOf(span).tiers.map((one) => [
    one.tier,
    count(one.readsPerSecond),
    percent(one.hitRatio),
    quantileText(one.readP50, readTime),
    quantileText(one.readP99, readTime),
    quantileText(one.ageP50, age),
    quantileText(one.ageP99, age),
    count(one.writesPerSecond),
    count(one.errors),
  ]);
  const columns = [
    "Tier",
    "Reads/s",
    "Hit ratio",
    "Read p50",
    "Read p99",
    "Age p50",
    "Age p99",
    "Writes/s",
    "Errors",
  ];
  return table("Tiers", columns, rows, "No tier has been asked yet.");
}

/** Caches and their entities: requests, ages, loads. */
export function caches(span: Span): TemplateResult {
  const { age } = span.to.buckets;
  const rows = labelsOf(span.to, "requests", 2).map(([cache = "", entity = ""]) => {
    const all = gained(span, "requests", cache, entity);
    const misses = gained(span, "requests", cache, entity, "miss");
    return [
      entity === "" ? cache : `${cache} ${entity}`,
      count(rate(span, "requests", cache, entity)),
      percent(share(all - misses, all)),
      quantileText(quantile(span, "age", 0.5, cache, entity), age),
      quantileText(quantile(span, "age", 0.99, cache, entity), age),
      count(total(span.to, "load", cache, entity)),
      duration(total(span.to, "saved", cache, entity)),
    ];
  });
  const columns = ["Cache", "Requests/s", "Hit ratio", "Age p50", "Age p99", "Loads", "Spared"];
  return table("Caches", columns, rows, "No cache has been called yet.");
}

export function memories({ to }: Span): TemplateResult {
  const rows = labelsOf(to, "memoryEntries").map(([label = ""]) => [
    label,
    count(total(to, "memoryEntries", label)),
    bytes(total(to, "memoryBytes", label)),
    count(total(to, "memoryEvictions", label)),
  ]);
  return table(
    "Memory",
    ["Tier", "Entries", "Size", "Evicted"],
    rows,
    "No memory tier has been written to yet.",
  );
}

export function keys(
  caption: string,
  all: readonly KeyCount[],
  look: ((key: string) => void) | undefined,
): TemplateResult {
  const rows = all
    .slice(0, SHOWN_KEYS)
    .map(({ count: events, error, key }): Cell[] => [
      look === undefined ? key : html`<button class="link" @click=${() => look(key)}>${key}</button>`,
      error === 0 ? count(events) : `${count(events - error)}–${count(events)}`,
    ]);
  return table(caption, ["Key", "Count"], rows, "None yet.");
}

export function processes({ to }: Span): TemplateResult {
  const rows = to.processes.map(({ answered, at, host, pid, requests, since }) => [
    `${host} ${pid}`,
    count(requests),
    percent(share(answered, requests)),
    distance(since, to.at),
    distance(at, to.at),
  ]);
  return table(
    "Calls by process",
    ["Process", "Requests", "Hit ratio", "Counts since", "Last update"],
    rows,
    "None.",
  );
}
