/** The members of a Keyv that a tier calls, in version 5 and in version 6. */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Version 5 alone. */
  readonly throwOnErrors?: boolean | undefined;
  /** Version 6: an adapter of that version, or the one that Keyv has put around an older one. */
  readonly store?: unknown;
}

/** The members of a version 6 adapter that a tier calls. */
export interface KeyvStoreLike {
  readonly capabilities?: { readonly expires?: boolean | undefined } | undefined;
  get(key: string): Promise<unknown>;
  /** `expires` is in epoch milliseconds. */
  set(key: string, value: string, expires?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
