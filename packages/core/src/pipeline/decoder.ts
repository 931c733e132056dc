import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { CacheValue } from "../cache-value.ts";
import { checkId, checkOption, isId } from "../check.ts";
import type { Compressor } from "../compressor.ts";
import { DecodedEntry } from "../entries/decoded-entry.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import type { Format } from "../format.ts";
import { json } from "../formats/json.ts";
import { chain, type MaybePromise } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import { channels } from "./channels.ts";
import { type CodecLimits, codecLimits, DECODED, refuseTooLarge } from "./codec-limits.ts";
import { decodeBudget } from "./decode-budget.ts";
import { failure } from "./failure.ts";
import { timed } from "./observe.ts";
import { runCompressor } from "./run-compressor.ts";

/** Converts a stored value back to a value: compressor, then format, within the limits. */
export class Decoder {
  readonly #path: string;
  readonly #format: Format<unknown>;
  readonly #formats: ReadonlyMap<string, Format<unknown>>;
  readonly #compressors: ReadonlyMap<string, Compressor>;
  readonly #limits: CodecLimits;

  constructor(backend: Backend<unknown>, options: CacheBackendOptions, path: string) {
    const accepts: readonly (Format<unknown> | Compressor)[] = options.accepts ?? [];
    for (const codec of accepts) checkOption(isFormat(codec) || isCompressor(codec), "accepts", codec, RULE);
    this.#path = path;
    this.#format = backend.valueFormat;
    // Entries of json(), the default of earlier releases, are read by every backend.
    this.#formats = byId([json(), ...accepts.filter(isFormat), backend.valueFormat]);
    this.#compressors = byId([...accepts.filter(isCompressor), backend.compressor]);
    this.#limits = codecLimits(options);
  }

  /** Most bytes that the entries of one batch of reads may decompress to. */
  get maxAnswerBytes(): number {
    return 1.5 * this.#limits.maxDecodedBytes;
  }

  decode<T>(stored: StoredValue<unknown>): MaybePromise<CacheValue<T>> {
    if (stored instanceof SharedEntry) return stored;
    if (stored.compressor === undefined) return this.#revive(stored, stored.payload);
    const compressor = this.#compressors.get(stored.compressor);
    if (!compressor) throw this.#unknown("decompression", "compressor", stored.compressor);
    const decodedBytes = stored.decodedBytes ?? 0;
    const { maxDecodedBytes, offThreadBytes } = this.#limits;
    if (decodedBytes > maxDecodedBytes) refuseTooLarge(this.#path, decodedBytes, maxDecodedBytes, DECODED);
    if (decodedBytes < offThreadBytes || !compressor.decompressLarge)
      return chain(this.#decompress(stored, compressor, "here"), (bytes) => this.#revive<T>(stored, bytes));
    // Until the value is there: the bytes that it is made of are held as long.
    return decodeBudget.run(decodedBytes, async () =>
      this.#revive<T>(stored, await this.#decompress(stored, compressor, "off")),
    );
  }

  #decompress(
    stored: StoredValue<unknown>,
    compressor: Compressor,
    where: "here" | "off",
  ): MaybePromise<Uint8Array> {
    const payload = stored.payload as Uint8Array;
    const decodedBytes = stored.decodedBytes ?? 0;
    return runCompressor(this.#path, "decompress", compressor, () =>
      where === "off" && compressor.decompressLarge
        ? compressor.decompressLarge(payload, decodedBytes)
        : compressor.decompress(payload, decodedBytes),
    );
  }

  #revive<T>(stored: StoredValue<unknown>, payload: unknown): CacheValue<T> {
    const { maxDecodedBytes } = this.#limits;
    if (payload instanceof Uint8Array && payload.byteLength > maxDecodedBytes)
      refuseTooLarge(this.#path, payload.byteLength, maxDecodedBytes, DECODED);
    const format = stored.format === this.#format.id ? this.#format : this.#accepted(stored.format);
    let data: T;
    try {
      const { deserialize } = channels;
      data = (deserialize.hasSubscribers ? this.#timed(format, payload) : format.deserialize(payload)) as T;
    } catch (error) {
      throw failure(this.#path, format.id, error, "deserialization");
    }
    if (format.kind === "bytes") return new DecodedEntry(data, stored);
    const { createdAt, staleAt, expiresAt, tags, loadMs } = stored;
    return { data, createdAt, staleAt, expiresAt, tags, loadMs };
  }

  #timed(format: Format<unknown>, payload: unknown): unknown {
    return timed(channels.deserialize, this.#path, format.id, () => format.deserialize(payload));
  }

  #accepted(id: string): Format<unknown> {
    const format = this.#formats.get(id);
    if (!format) throw this.#unknown("deserialization", "format", id);
    return format;
  }

  #unknown(code: "deserialization" | "decompression", kind: string, id: string): BackendError {
    // A stored id may hold line breaks and escape sequences.
    const shown = isId(id) ? `"${id}"` : "of a malformed id";
    const message = `stored with a ${kind} ${shown}, which is not this backend's own nor among \`accepts\``;
    return new BackendError(code, `${this.#path}: ${message}`, { backend: this.#path });
  }
}

const RULE = "must be formats and compressors";

function isFormat(codec: Format<unknown> | Compressor): codec is Format<unknown> {
  return typeof (codec as Partial<Format> | null)?.deserialize === "function";
}

function isCompressor(codec: Format<unknown> | Compressor): codec is Compressor {
  return typeof (codec as Partial<Compressor> | null)?.decompress === "function";
}

function byId<Named extends { readonly id: string }>(all: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(all.map((named) => [checkId("id", named.id), named]));
}
