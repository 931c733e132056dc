import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  type AdapterParts,
  adapterParts,
  type Clock,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  type Format,
  systemClock,
} from "@hitbox/core";
import { MOST_ENTRIES } from "./entries.ts";
import { bytesCounter } from "./entry-bytes.ts";
import { frozen } from "./live-formats.ts";
import { Memory, type MemoryBackend } from "./memory-backend.ts";
import { type OnEvict, toldOf } from "./on-evict.ts";

export interface MemoryOptions extends AdapterOptions<unknown> {
  /** Most entries, up to 16,777,216; the least recently used leaves first. This or `maxBytes` is required. */
  readonly maxEntries?: number | undefined;
  /**
   * Most bytes: keys, tags, payloads and the bookkeeping of each entry. Live values are estimated. Needs a
   * format with measurable values: `frozen()`, or one that makes bytes.
   */
  readonly maxBytes?: number | undefined;
  /**
   * Form of the stored values. Default: `frozen()`; also `reference()`, or any bytes format such as `json()`.
   */
  readonly format?: Format<unknown> | undefined;
  /**
   * Called after an entry has left, with its key and its data in the form that readers get. Data of a bytes
   * format is decoded for this. Default: none.
   */
  readonly onEvict?: OnEvict | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * Keeps entries in this process: an LRU cache, bounded by entries, by bytes, or by both. Answers
 * synchronously.
 *
 * @throws TypeError if no bound is given, and for an option that is unknown or wrong.
 * @example
 * const tier = memory({ maxEntries: 10_000 });
 */
export function memory(options: MemoryOptions): MemoryBackend {
  checkKnown(
    "memory",
    options,
    [...ADAPTER_OPTIONS, "maxEntries", "maxBytes", "onEvict", "now"],
    "{ maxEntries: 10_000 }",
  );
  const { maxEntries, maxBytes, onEvict, now = systemClock } = options;
  checkBounds(options);
  checkFunction("onEvict", onEvict);
  checkFunction("now", options.now);
  const adapter = adapterParts(options, { label: "memory", format: frozen(), stores: "anything" });
  const bytesOf = bytesCounter(adapter.valueFormat);
  const rule =
    "needs a format whose values can be measured: frozen(), or one that makes bytes, such as json()";
  checkOption(maxBytes === undefined || bytesOf !== undefined, "maxBytes", maxBytes, rule);
  checkCompressor(options, adapter);
  return new Memory({
    adapter,
    maxEntries,
    maxBytes,
    bytesOf,
    now,
    onEvict: onEvict && toldOf(onEvict, adapter),
  });
}

function checkBounds({ maxEntries, maxBytes }: MemoryOptions): void {
  const bounded = maxEntries !== undefined || maxBytes !== undefined;
  checkOption(bounded, "maxEntries", maxEntries, "or maxBytes must be given: a memory tier needs a bound");
  if (maxEntries !== undefined) checkInteger("maxEntries", maxEntries, 1, MOST_ENTRIES);
  if (maxBytes !== undefined) checkInteger("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
}

function checkCompressor({ compressor }: MemoryOptions, { valueFormat }: AdapterParts<unknown>): void {
  const isUsed = compressor === undefined || valueFormat.kind === "bytes";
  checkOption(isUsed, "compressor", compressor, "needs a format that makes bytes, such as json()");
}
