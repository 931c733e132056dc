/** The part that all messages of a cache have. */
export interface CacheMessage {
  /** Label of the cache's backend, such as `memory>redis`. */
  readonly cache: string;
  /** Path of the namespaces that the key is in, such as `shop/admin`; empty outside of any. */
  readonly namespace: string;
  /** Prefix and version of the entity that the key is of, such as `user.v3`; empty without one. */
  readonly entity: string;
}
