import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { CacheValue } from "../cache-value.ts";
import { checkId, checkLimit, checkOption, frozenTags, isId } from "../check.ts";
import type { Compressor } from "../compressor.ts";
import { DecodedEntry } from "../entries/decoded-entry.ts";
import { serialize } from "../entries/serialized-once.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import type { Format } from "../format.ts";
import { json } from "../formats/json.ts";
import { chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import { channels } from "./channels.ts";
import { decodeBudget } from "./decode-budget.ts";
import { failure } from "./failure.ts";
import { timed } from "./observe.ts";

const MIB = 1024 * 1024;

/** Converts a value to a stored value and back: format, then compressor, within the limits. */
export class Codec {
  readonly #path: string;
  readonly #format: Format<unknown>;
  readonly #compressor: Compressor;
  readonly #formats: ReadonlyMap<string, Format<unknown>>;
  readonly #compressors: ReadonlyMap<string, Compressor>;
  readonly #maxDecodedBytes: number;
  readonly #maxValueBytes: number;
  readonly #offThreadBytes: number;

  constructor(backend: Backend<unknown>, options: CacheBackendOptions, path: string) {
    const accepts: readonly (Format<unknown> | Compressor)[] = options.accepts ?? [];
    for (const codec of accepts) checkOption(isFormat(codec) || isCompressor(codec), "accepts", codec, RULE);
    this.#path = path;
    this.#format = backend.valueFormat;
    this.#compressor = backend.compressor;
    // Entries of json(), the default of earlier releases, are read by every backend.
    this.#formats = byId([json(), ...accepts.filter(isFormat), backend.valueFormat]);
    this.#compressors = byId([...accepts.filter(isCompressor), backend.compressor]);
    this.#maxDecodedBytes = checkLimit("maxDecodedBytes", options.maxDecodedBytes ?? 64 * MIB);
    this.#offThreadBytes = checkLimit("offThreadBytes", options.offThreadBytes ?? MIB / 16);
    this.#maxValueBytes = backend.supports.maxValueBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Most bytes that the entries of one batch of reads may decompress to. */
  get maxAnswerBytes(): number {
    return 1.5 * this.#maxDecodedBytes;
  }

  encode(value: CacheValue<unknown>): MaybePromise<StoredValue<unknown>> {
    const raw = this.#serialize(value);
    if (this.#format.kind === "live") return this.#live(value, raw);
    const bytes = raw as Uint8Array;
    if (bytes.byteLength > this.#maxDecodedBytes) this.#tooLarge(bytes.byteLength, this.#maxDecodedBytes);
    if (bytes.byteLength < this.#compressor.minBytes) return this.#stored(value, bytes, undefined, undefined);
    const times = timesOf(value);
    return chain(this.#compress(bytes), (compressed) =>
      compressed.byteLength < bytes.byteLength
        ? this.#stored(times, compressed, this.#compressor.id, bytes.byteLength)
        : this.#stored(times, bytes, undefined, undefined),
    );
  }

  decode<T>(stored: StoredValue<unknown>): MaybePromise<CacheValue<T>> {
    if (stored instanceof SharedEntry) return stored;
    if (stored.compressor === undefined) return this.#revive(stored, stored.payload);
    const compressor = this.#compressors.get(stored.compressor);
    if (!compressor) throw this.#unknown("decompression", "compressor", stored.compressor);
    const decodedBytes = stored.decodedBytes ?? 0;
    if (decodedBytes > this.#maxDecodedBytes) this.#tooLarge(decodedBytes, this.#maxDecodedBytes);
    if (decodedBytes < this.#offThreadBytes || !compressor.decompressLarge)
      return chain(this.#decompress(stored, compressor, "here"), (bytes) => this.#revive<T>(stored, bytes));
    // Until the value is there: the bytes that it is made of are held as long.
    return decodeBudget.run(decodedBytes, async () =>
      this.#revive<T>(stored, await this.#decompress(stored, compressor, "off")),
    );
  }

  #live(value: CacheValue<unknown>, raw: unknown): StoredValue<unknown> {
    const { id } = this.#format;
    if (this.#format.shares?.(raw)) return new SharedEntry(value, raw, id);
    return { payload: raw, format: id, compressor: undefined, decodedBytes: undefined, ...timesOf(value) };
  }

  #stored(
    { createdAt, staleAt, expiresAt, tags }: Times,
    payload: Uint8Array,
    compressor: string | undefined,
    decodedBytes: number | undefined,
  ): StoredValue<unknown> {
    if (payload.byteLength > this.#maxValueBytes) this.#tooLarge(payload.byteLength, this.#maxValueBytes);
    const format = this.#format.id;
    const frozen = tags && frozenTags(tags);
    return { payload, format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags: frozen };
  }

  #revive<T>(stored: StoredValue<unknown>, payload: unknown): CacheValue<T> {
    if (payload instanceof Uint8Array && payload.byteLength > this.#maxDecodedBytes)
      this.#tooLarge(payload.byteLength, this.#maxDecodedBytes);
    const format = stored.format === this.#format.id ? this.#format : this.#accepted(stored.format);
    const data = this.#deserialize(format, payload) as T;
    if (format.kind === "bytes") return new DecodedEntry(data, stored);
    return {
      data,
      createdAt: stored.createdAt,
      staleAt: stored.staleAt,
      expiresAt: stored.expiresAt,
      tags: stored.tags,
    };
  }

  #serialize(value: CacheValue<unknown>): unknown {
    const format = this.#format;
    try {
      if (!channels.serialize.hasSubscribers) return serialize(value, format);
      return timed(channels.serialize, this.#path, format.id, () => serialize(value, format));
    } catch (error) {
      throw failure(this.#path, format.id, error, "serialization");
    }
  }

  #deserialize(format: Format<unknown>, payload: unknown): unknown {
    try {
      if (!channels.deserialize.hasSubscribers) return format.deserialize(payload);
      return timed(channels.deserialize, this.#path, format.id, () => format.deserialize(payload));
    } catch (error) {
      throw failure(this.#path, format.id, error, "deserialization");
    }
  }

  #compress(bytes: Uint8Array): MaybePromise<Uint8Array> {
    const compressor = this.#compressor;
    return this.#guarded(channels.compress, compressor, "compression", () =>
      bytes.byteLength >= this.#offThreadBytes && compressor.compressLarge
        ? compressor.compressLarge(bytes)
        : compressor.compress(bytes),
    );
  }

  #decompress(
    stored: StoredValue<unknown>,
    compressor: Compressor,
    where: "here" | "off",
  ): MaybePromise<Uint8Array> {
    const payload = stored.payload as Uint8Array;
    const decodedBytes = stored.decodedBytes ?? 0;
    return this.#guarded(channels.decompress, compressor, "decompression", () =>
      where === "off" && compressor.decompressLarge
        ? compressor.decompressLarge(payload, decodedBytes)
        : compressor.decompress(payload, decodedBytes),
    );
  }

  #guarded(
    channel: (typeof channels)["compress"],
    compressor: Compressor,
    code: "compression" | "decompression",
    run: () => MaybePromise<Uint8Array>,
  ): MaybePromise<Uint8Array> {
    const fail = (error: unknown): never => {
      throw failure(this.#path, compressor.id, error, code);
    };
    try {
      const bytes = timed(channel, this.#path, compressor.id, run);
      return isPromise(bytes) ? bytes.catch(fail) : bytes;
    } catch (error) {
      return fail(error);
    }
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

  #tooLarge(bytes: number, limit: number): never {
    const message = `${this.#path}: payload of ${bytes} bytes is over the limit of ${limit}`;
    throw new BackendError("too-large", message, { backend: this.#path });
  }
}

type Times = Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt" | "tags">;

/** The times and tags as they are now: the caller may change the value while a payload is compressed. */
function timesOf({ createdAt, staleAt, expiresAt, tags }: Times): Required<Times> {
  return { createdAt, staleAt, expiresAt, tags: tags && frozenTags(tags) };
}

/** Bytes that a store keeps for the payload; undefined for live values. */
export function storedBytes({ payload }: StoredValue<unknown>): number | undefined {
  return payload instanceof Uint8Array ? payload.byteLength : undefined;
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
