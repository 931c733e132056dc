import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import { checkLimit } from "../check.ts";
import type { StoredValue } from "../stored-value.ts";

const MIB = 1024 * 1024;

/** Sizes of payloads, in bytes: see `CacheBackendOptions`. */
export interface CodecLimits {
  readonly maxDecodedBytes: number;
  readonly offThreadBytes: number;
}

export function codecLimits(options: CacheBackendOptions): CodecLimits {
  return {
    maxDecodedBytes: checkLimit("maxDecodedBytes", options.maxDecodedBytes ?? 64 * MIB),
    offThreadBytes: checkLimit("offThreadBytes", options.offThreadBytes ?? MIB / 16),
  };
}

export const DECODED = "`maxDecodedBytes` of cacheBackend(backend, { maxDecodedBytes })";

/** `option` names the limit. */
export function refuseTooLarge(path: string, bytes: number, limit: number, option: string): never {
  const rule = `is over the limit of ${limit}, which is ${option}`;
  const message = `${path}: payload of ${bytes} bytes ${rule}`;
  throw new BackendError("too-large", message, { backend: path });
}

/** Bytes that a store keeps for the payload; undefined for live values. */
export function storedBytes({ payload }: StoredValue<unknown>): number | undefined {
  return payload instanceof Uint8Array ? payload.byteLength : undefined;
}
