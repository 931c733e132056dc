import type { BackendMessage, CodecMessage } from "@hitbox/core";
import { codeOf } from "./code-of.ts";
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

/** Counts the messages of backends and their codecs. */
export function backendMetrics(families: Families, most: number): Listeners {
  const { reads, readHits, readTime, readBytes, readErrors } = families;
  const { writes, writeTime, writeBytes, writeErrors, removes, removeTime, removeErrors } = families;
  const { serialize, deserialize, compress, decompress } = families;
  const read = { total: reads, hits: readHits, time: readTime, bytes: readBytes, errors: readErrors };
  const write = { total: writes, time: writeTime, bytes: writeBytes, errors: writeErrors };
  return {
    "hitbox:backend:read": counts(read, most),
    "hitbox:backend:write": counts(write, most),
    "hitbox:backend:remove": counts({ total: removes, time: removeTime, errors: removeErrors }, most),
    "hitbox:backend:serialize": times(serialize),
    "hitbox:backend:deserialize": times(deserialize),
    "hitbox:backend:compress": times(compress),
    "hitbox:backend:decompress": times(decompress),
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
