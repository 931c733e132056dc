import { backendConformance } from "@hitbox/conformance";
import { type Backend, storeBackend } from "@hitbox/core";
import { type Keyv6Packages, keyv6 } from "@hitbox/keyv-6";
import { type Postgres, startPostgres } from "@hitbox/test-servers";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { fromKeyv, type KeyvStoreLike } from "../src/index.ts";

type NamespacedStore = KeyvStoreLike & { namespace?: string | undefined };
type Row = readonly [name: string, open: () => NamespacedStore | Promise<NamespacedStore>];

/** As `@keyv/sqlite` and `@keyv/postgres` 6: a key that begins with the namespace is one without it. */
function strippingStore(): NamespacedStore {
  const texts = new Map<string, string>();
  const at = (store: NamespacedStore, key: string): string => {
    const start = `${store.namespace}:`;
    return JSON.stringify([store.namespace, key.startsWith(start) ? key.slice(start.length) : key]);
  };
  return {
    capabilities: { expires: true },
    async get(key) {
      return texts.get(at(this, key));
    },
    async set(key, value) {
      texts.set(at(this, key), value);
      return true;
    },
    async delete(key) {
      return texts.delete(at(this, key));
    },
  };
}

const STORES: readonly Row[] = [["a store in a Map", strippingStore]];
const OF_6 = keyv6 ? rowsOf6(keyv6) : [];

function rowsOf6({ KeyvSqlite, KeyvPostgres }: Keyv6Packages): readonly Row[] {
  return [
    ["@keyv/sqlite 6", () => new KeyvSqlite({ uri: "sqlite://:memory:", driver: "node:sqlite" })],
    [
      "@keyv/postgres 6",
      async () => {
        server ??= await startPostgres();
        const store = new KeyvPostgres({ uri: server.url, table: "keyv" });
        onTestFinished(() => store.disconnect());
        return store;
      },
    ],
  ];
}

let server: Postgres | undefined;
afterAll(() => server?.close());

/** An adapter as its author may begin it: the space is the namespace, and keys are as they come. */
function unhashed(store: NamespacedStore, space: string): Backend {
  const within = (): NamespacedStore => Object.assign(store, { namespace: space });
  return storeBackend({
    ...{ label: "naive", shared: true, persistent: true, expiry: "none" },
    get: async (key) => {
      const text = await within().get(key);
      return typeof text === "string" ? Buffer.from(text, "base64") : undefined;
    },
    set: (key, bytes) => within().set(key, Buffer.from(bytes).toString("base64")),
    delete: (key) => within().delete(key),
  });
}

function caseOf(open: (space: string) => Backend): () => Promise<void> {
  const cases = new Map<string, () => Promise<void>>();
  backendConformance({ test: (name, run) => cases.set(name, run), open });
  const run = cases.get("a key that starts with the name of its own space is a key of its own");
  if (run === undefined) throw new Error("the kit has no such case");
  return run;
}

describe.each([...STORES, ...OF_6])("%s takes its namespace off keys", (_, open) => {
  test("the kit refuses an adapter that hands keys to it as they are", async () => {
    const store = await open();
    await expect(caseOf((space) => unhashed(store, space))()).rejects.toThrow(/key/);
  });

  test("`fromKeyv` is not refused, since it hashes keys", async () => {
    const store = await open();
    const keyv = { get: unused, set: unused, delete: unused, store };
    const backend = (prefix: string): Backend => {
      store.namespace = prefix;
      return fromKeyv(keyv, { shared: true, persistent: true, prefix });
    };
    await caseOf(backend)();
  });
});

const unused = (): Promise<never> =>
  Promise.reject(new Error("a Keyv 6 hides failures, so its store is asked"));
