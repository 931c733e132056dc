import {
  type Backend,
  checkKnown,
  checkOption,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
} from "@hitbox/core";
import { MyStoreClient } from "./client.js";

export interface MyStoreOptions extends StoreOptions {
  /** Address of the server. Either this or `client`. */
  readonly url?: string | undefined;
  /** A client that is open. You close it yourself. */
  readonly client?: MyStoreClient | undefined;
  /** Put before each key. Backends with different prefixes share no entry. Default: `hitbox:`. */
  readonly prefix?: string | undefined;
}

/**
 * A cache tier in MyStore.
 *
 * @throws TypeError for an option that is unknown or wrong.
 */
export function myStore(options: MyStoreOptions): Backend {
  checkKnown("myStore", options, ["url", "client", "prefix", ...STORE_OPTIONS], "{ url }");
  const { prefix = "hitbox:" } = options;
  checkOption(typeof prefix === "string" && prefix !== "", "prefix", prefix, "must be a text");
  const client = options.client ?? open(options.url);
  return storeBackend(
    {
      label: "my-store",
      shared: true,
      persistent: true,
      //if expiry
      expiry: "native",
      //end
      //if !expiry
      // Nobody removes expired entries. Say "lazy" once you sweep them: see `every` of @hitbox/core.
      expiry: "none",
      //end
      keys: { prefix },
      // Kinds of your client's errors, by their `code` or `name`: "unavailable", "timeout", "too-large" …
      errors: { EFULL: "unavailable" },
      get: (key) => client.get(key),
      set: (key, bytes, { ms }) => client.set(key, bytes, ms),
      delete: (key) => client.delete(key),
      //if batches
      maxBatch: 100,
      getMany: (keys) => client.getMany(keys),
      setMany: (entries) =>
        client.setMany(entries.map(({ key, bytes, life }) => ({ key, bytes, ms: life.ms }))),
      deleteMany: (keys) => client.deleteMany(keys),
      //end
      //if leases
      getVersion: (key) => client.getVersion(key),
      compareAndSet: (key, version, bytes, { ms }) => client.setIf(key, version, bytes, ms),
      //end
      //if clear
      clear: (all) => client.deletePrefix(all),
      //end
      //if keys
      list: async ({ prefix, cursor, limit }) => {
        const keys = await client.list(prefix, cursor, limit);
        return { keys, cursor: keys.length < limit ? undefined : keys.at(-1) };
      },
      //end
      ...(options.client === undefined && { close: () => client.close() }),
    },
    options,
  );
}

function open(url: string | undefined): MyStoreClient {
  checkOption(typeof url === "string" && url !== "", "url", url, "or `client` is needed");
  return new MyStoreClient(url as string);
}
