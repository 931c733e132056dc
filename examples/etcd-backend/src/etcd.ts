import {
  type Backend,
  checkKnown,
  checkOption,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
} from "@hitbox/core";
import { EtcdClient } from "./etcd-client.ts";
import { bytesOf, decode, encode, endOf } from "./pair.ts";

export interface EtcdOptions extends StoreOptions {
  /** Address of a member or of a load balancer, such as `http://localhost:2379`. */
  readonly url: string;
  /** Put before each key. Backends with different prefixes share no entry. Default: `hitbox:`. */
  readonly prefix?: string | undefined;
}

/**
 * A cache tier in etcd, by its HTTP gateway.
 *
 * @throws TypeError for an option that is unknown or wrong.
 */
export function etcd(options: EtcdOptions): Backend {
  checkKnown("etcd", options, ["url", "prefix", ...STORE_OPTIONS], '{ url: "http://localhost:2379" }');
  const { url, prefix = "hitbox:" } = options;
  checkOption(URL.canParse(url), "url", url, "must be a URL");
  checkOption(typeof prefix === "string" && prefix !== "", "prefix", prefix, "must be a text");
  const client = new EtcdClient(url);

  return storeBackend(
    {
      ...{ label: "etcd", shared: true, persistent: true, expiry: "native" },
      // etcd takes 128 steps a transaction, and 1.5 MiB a request.
      ...{ keys: { prefix }, maxBatch: 100, maxBytes: 1_000_000, maxBatchBytes: 1_200_000 },
      // Status codes of gRPC: deadline exceeded, resource exhausted, unavailable.
      errors: { "4": "timeout", "8": "unavailable", "14": "unavailable" },
      get: async (key) => bytesOf(await client.find(key)),
      set: async (key, bytes, { seconds }) => client.put(await client.pair(key, bytes, seconds)),
      delete: (key) => client.deleteRange({ key: encode(key) }),
      getAndDelete: async (key) =>
        bytesOf((await client.deleteRange({ key: encode(key), prev_kv: true })).prev_kvs?.[0]),
      getMany: async (keys) => {
        const steps = keys.map((key) => ({ request_range: { key: encode(key) } }));
        const { responses = [] } = await client.transaction(steps);
        return responses.map(({ response_range }) => bytesOf(response_range?.kvs?.[0]));
      },
      setMany: async (entries) => {
        const pairs = entries.map(({ key, bytes, life }) => client.pair(key, bytes, life.seconds));
        await client.transaction((await Promise.all(pairs)).map((request_put) => ({ request_put })));
      },
      deleteMany: (keys) =>
        client.transaction(keys.map((key) => ({ request_delete_range: { key: encode(key) } }))),
      getVersion: async (key) => {
        const found = await client.find(key);
        return found && { bytes: bytesOf(found), version: found.mod_revision };
      },
      compareAndSet: async (key, version = "0", bytes, { seconds }) => {
        const isUnchanged = { key: encode(key), target: "MOD", mod_revision: version };
        const step = { request_put: await client.pair(key, bytes, seconds) };
        return (await client.transaction([step], [isUnchanged])).succeeded === true;
      },
      clear: (start) => client.deleteRange({ key: encode(start), range_end: endOf(start) }),
      list: async ({ prefix: start, cursor = start, limit }) => {
        const request = { key: encode(cursor), range_end: endOf(start), keys_only: true, limit };
        const { kvs = [], more = false } = await client.range(request);
        const keys = kvs.map(({ key }) => decode(key));
        return { keys, cursor: more ? `${keys.at(-1)}\0` : undefined };
      },
    },
    options,
  );
}
