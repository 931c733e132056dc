import { backendConformance } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { type Etcd, freePort, startEtcd } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EtcdClient } from "../src/etcd-client.ts";
import { etcd } from "../src/index.ts";
import { bytesOf, encode } from "../src/pair.ts";

let server: Etcd;
beforeAll(async () => {
  server = await startEtcd();
}, 60_000);
afterAll(() => server.close());

/** The kit plays batches around the declared size: as many keys as one transaction has. */
const BATCH = Object.freeze({ max: 100 });

backendConformance({
  test,
  open(space) {
    const backend = etcd({ url: server.url, prefix: `${space}:`, timeout: 60_000 });
    const batches = { readMany: BATCH, writeMany: BATCH, removeMany: BATCH };
    return { ...backend, supports: Object.freeze({ ...backend.supports, ...batches }) };
  },
  raw: {
    client: "own",
    bytes: async (space, key) => bytesOf(await find(space, key)),
    async timeToLive(space, key) {
      const pair = await find(space, key);
      return pair && (pair.lease === undefined ? Number.POSITIVE_INFINITY : leftOf(pair.lease));
    },
    damage: (space, key) =>
      new EtcdClient(server.url).put({ key: encode(`${space}:${key}`), value: encode("damaged") }),
  },
});

test("an etcd that is away is an error of the connection, which says so", async () => {
  const away = cacheBackend(etcd({ url: `http://127.0.0.1:${await freePort()}`, onWarning: () => {} }));
  await expect(Promise.resolve(away.get("key"))).rejects.toMatchObject({
    code: "connection",
    message: "etcd: read: fetch failed: ECONNREFUSED",
  });
  await away.close();
});

async function find(space: string, key: string) {
  const { kvs = [] } = await new EtcdClient(server.url).range({ key: encode(`${space}:${key}`) });
  return kvs[0] as ((typeof kvs)[0] & { readonly lease?: string }) | undefined;
}

/** Milliseconds. */
async function leftOf(lease: string): Promise<number> {
  const response = await fetch(`${server.url}/v3/lease/timetolive`, {
    ...{ method: "POST", body: JSON.stringify({ ID: lease }) },
  });
  return Number(((await response.json()) as { readonly TTL: string }).TTL) * 1_000;
}
