import type { CacheValue } from "./cache-value.ts";
import type { Format } from "./format.ts";
import type { StoredValue } from "./stored-value.ts";

/** What an in-process store keeps: the live value, and where readers may share it, the very answer to give them. */
export class LiveEntry implements StoredValue<unknown> {
  /** The answer to every hit; undefined where each reader needs a copy. */
  readonly shared: CacheValue<unknown> | undefined;
  readonly payload: unknown;
  readonly format: string;
  readonly compressor: undefined = undefined;
  readonly decodedBytes: undefined = undefined;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;

  constructor(
    { createdAt, staleAt, expiresAt, tags }: CacheValue<unknown>,
    payload: unknown,
    format: Format<unknown>,
  ) {
    this.payload = payload;
    this.format = format.id;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags;
    const share = format.shares?.(payload) ?? false;
    this.shared = share
      ? Object.freeze({ data: format.deserialize(payload), createdAt, staleAt, expiresAt, tags })
      : undefined;
  }
}
