import type { Backend } from "../backend.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { CacheValue } from "../cache-value.ts";
import { frozenTags } from "../check.ts";
import type { Compressor } from "../compressor.ts";
import { serialize } from "../entries/serialized-once.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import type { Format } from "../format.ts";
import { chain, type MaybePromise } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import { channels } from "./channels.ts";
import { type CodecLimits, codecLimits, DECODED, refuseTooLarge } from "./codec-limits.ts";
import { failure } from "./failure.ts";
import { timed } from "./observe.ts";
import { runCompressor } from "./run-compressor.ts";

/** Converts a value to a stored value: format, then compressor, within the limits. */
export class Encoder {
  readonly #path: string;
  readonly #format: Format<unknown>;
  readonly #compressor: Compressor;
  readonly #limits: CodecLimits;
  readonly #maxValueBytes: number;

  constructor(backend: Backend<unknown>, options: CacheBackendOptions, path: string) {
    this.#path = path;
    this.#format = backend.valueFormat;
    this.#compressor = backend.compressor;
    this.#limits = codecLimits(options);
    this.#maxValueBytes = backend.supports.maxValueBytes ?? Number.POSITIVE_INFINITY;
  }

  encode(value: CacheValue<unknown>): MaybePromise<StoredValue<unknown>> {
    const format = this.#format;
    let raw: unknown;
    try {
      raw = channels.serialize.hasSubscribers ? this.#timed(value) : serialize(value, format);
    } catch (error) {
      throw failure(this.#path, format.id, error, "serialization");
    }
    if (format.kind === "live" && format.shares?.(raw)) return new SharedEntry(value, raw, format.id);
    if (format.kind === "live") return this.#live(value, raw);
    const bytes = raw as Uint8Array;
    const { maxDecodedBytes } = this.#limits;
    if (bytes.byteLength > maxDecodedBytes)
      refuseTooLarge(this.#path, bytes.byteLength, maxDecodedBytes, DECODED);
    if (bytes.byteLength < this.#compressor.minBytes) return this.#stored(value, bytes, undefined, undefined);
    const times = timesOf(value);
    return chain(this.#compress(bytes), (compressed) =>
      compressed.byteLength < bytes.byteLength
        ? this.#stored(times, compressed, this.#compressor.id, bytes.byteLength)
        : this.#stored(times, bytes, undefined, undefined),
    );
  }

  #timed(value: CacheValue<unknown>): unknown {
    const format = this.#format;
    return timed(channels.serialize, this.#path, format.id, () => serialize(value, format));
  }

  #live(value: CacheValue<unknown>, raw: unknown): StoredValue<unknown> {
    const { id } = this.#format;
    return { payload: raw, format: id, compressor: undefined, decodedBytes: undefined, ...timesOf(value) };
  }

  #compress(bytes: Uint8Array): MaybePromise<Uint8Array> {
    const compressor = this.#compressor;
    return runCompressor(this.#path, "compress", compressor, () =>
      bytes.byteLength >= this.#limits.offThreadBytes && compressor.compressLarge
        ? compressor.compressLarge(bytes)
        : compressor.compress(bytes),
    );
  }

  #stored(
    { createdAt, staleAt, expiresAt, tags, loadMs }: Times,
    payload: Uint8Array,
    compressor: string | undefined,
    decodedBytes: number | undefined,
  ): StoredValue<unknown> {
    if (payload.byteLength > this.#maxValueBytes)
      refuseTooLarge(this.#path, payload.byteLength, this.#maxValueBytes, STORED);
    const format = this.#format.id;
    const frozen = tags && frozenTags(tags);
    const times = { createdAt, staleAt, expiresAt, tags: frozen, loadMs };
    return { payload, format, compressor, decodedBytes, ...times };
  }
}

const STORED = "`maxValueBytes` of the backend";

type Times = Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt" | "tags" | "loadMs">;

/** The times and tags as they are now: the caller may change the value while a payload is compressed. */
function timesOf({ createdAt, staleAt, expiresAt, tags, loadMs }: Times): Required<Times> {
  return { createdAt, staleAt, expiresAt, tags: tags && frozenTags(tags), loadMs };
}
