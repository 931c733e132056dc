import type { BackendMessage, CodecMessage, ReadTally } from "@hitbox/core";
import { codeOf } from "./code-of.ts";
import { Collector, growthOf } from "./collector.ts";
import type { Families } from "./families.ts";
import type { Family } from "./family.ts";
import type { Listeners } from "./listen.ts";
import type { HistogramSeries, NumberSeries } from "./series.ts";
import { TwoKeys } from "./two-keys.ts";

/** The families of one operation. */
interface Operation {
  readonly total: Family<NumberSeries>;
  readonly hits?: Family<NumberSeries>;
  readonly time: Family<HistogramSeries>;
  readonly bytes?: Family<NumberSeries>;
  readonly errors: Family<NumberSeries>;
}

/** The series of one operation of one backend, for one purpose. */
interface Place {
  readonly total: NumberSeries;
  readonly hits: NumberSeries | undefined;
  readonly time: HistogramSeries;
  readonly bytes: NumberSeries | undefined;
}

export interface BackendMetrics {
  readonly listeners: Listeners;
  /** Hits of values that stay in the process. */
  readonly hits: Collector<ReadTally>;
}

/** Counts the messages of backends and their codecs, and the hits that have none. */
export function backendMetrics(families: Families, most: number): BackendMetrics {
  const { reads, readHits, readTime, readAge, readBytes, readErrors } = families;
  const { writes, writeTime, writeBytes, writeErrors, removes, removeTime, removeErrors } = families;
  const { serialize, deserialize, compress, decompress } = families;
  const read = { total: reads, hits: readHits, time: readTime, bytes: readBytes, errors: readErrors };
  const write = { total: writes, time: writeTime, bytes: writeBytes, errors: writeErrors };
  const listeners: Listeners = {
    "hitbox:backend:fetch": counts(read, most),
    "hitbox:backend:age": ({ backend, ageMs }) => readAge.of(backend).observe(ageMs / 1_000),
    "hitbox:backend:write": counts(write, most),
    "hitbox:backend:remove": counts({ total: removes, time: removeTime, errors: removeErrors }, most),
    "hitbox:backend:serialize": times(serialize),
    "hitbox:backend:deserialize": times(deserialize),
    "hitbox:backend:compress": times(compress),
    "hitbox:backend:decompress": times(decompress),
  };
  return { listeners, hits: new Collector("hitbox:backend:tally", (tally) => collectHits(read, tally)) };
}

function collectHits(read: Operation, tally: ReadTally): () => void {
  const growth = growthOf(tally, ["hits"]);
  return () => {
    const { hits } = growth() ?? { hits: 0 };
    if (hits === 0) return;
    const place = placeOf(read, tally.backend, tally.purpose);
    place.total.value += hits;
    if (place.hits) place.hits.value += hits;
    place.time.observeZeros(hits);
  };
}

function counts(operation: Operation, most: number): (message: BackendMessage) => void {
  const places = new TwoKeys(most, (backend, purpose) => placeOf(operation, backend, purpose));
  return ({ backend, purpose, durationMs, bytes, hit, error }) => {
    const place = places.of(backend, purpose);
    place.total.value += 1;
    place.time.observe(durationMs / 1_000);
    if (hit && place.hits) place.hits.value += 1;
    if (bytes !== undefined && place.bytes) place.bytes.value += bytes;
    if (error !== undefined) operation.errors.of(backend, codeOf(error)).value += 1;
  };
}

function placeOf({ total, hits, time, bytes }: Operation, backend: string, purpose: string): Place {
  return {
    total: total.of(backend, purpose),
    hits: hits?.of(backend, purpose),
    time: time.of(backend),
    bytes: bytes?.of(backend),
  };
}

function times(family: Family<HistogramSeries>): (message: CodecMessage) => void {
  return ({ backend, durationMs }) => family.of(backend).observe(durationMs / 1_000);
}
