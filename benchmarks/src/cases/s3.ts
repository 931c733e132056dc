import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { s3 } from "@hitbox/s3";
import { startRadosGw } from "@hitbox/test-servers";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 200;
const TOGETHER = 100;
const keyAt = keysOf(ENTRIES);
const format = json();
const bucket = "cache";

type Read = (key: string) => Promise<User | undefined>;

/** One read at a time, and 100 that begin together, against the same by hand over the same client. */
export async function s3Reads(measure: (comparison: Comparison) => Promise<void>): Promise<void> {
  const server = await startRadosGw();
  const { endpoint, region, credentials } = server;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const backend = cacheBackend(s3({ client, bucket, timeout: 20_000 }));
  const ids = Array.from({ length: ENTRIES }, (_, id) => id);
  await backend.setMany(ids.map((id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const));
  const byHand: Read = async (key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `hitbox::${key}` }));
    const bytes = await Body?.transformToByteArray();
    return bytes && (format.deserialize(decodeEnvelope(bytes).payload) as User);
  };
  const typed: Read = async (key) => (await backend.get<User>(key))?.data;
  try {
    await measure({
      name: "S3 (Ceph), one read at a time",
      ...sides(alone, byHand, typed),
      ...{ ratio: "time", goal: 1.1, count: 50, rounds: 41 },
    });
    await measure({
      name: `S3 (Ceph), ${TOGETHER} concurrent reads`,
      ...sides(together, byHand, typed),
      ...{ ratio: "throughput", goal: 0.9, count: 100, rounds: 21 },
    });
  } finally {
    await backend.close();
    client.destroy();
    await server.close();
  }
}

type Way = (read: Read) => (count: number) => Promise<void>;

function sides(way: Way, byHand: Read, typed: Read): Pick<Comparison, "baseline" | "subject"> {
  return {
    baseline: { name: "GetObject + decode", run: way(byHand) },
    subject: { name: "typed get", run: way(typed) },
  };
}

const alone: Way = (read) => async (count) => {
  for (let step = 0; step < count; step++) check(await read(keyAt(step)));
};

const together: Way = (read) => async (count) => {
  for (let done = 0; done < count; done += TOGETHER) {
    const keys = Array.from({ length: TOGETHER }, (_, index) => keyAt(done + index));
    for (const value of await Promise.all(keys.map(read))) check(value);
  }
};

function check(value: User | undefined): void {
  if (value?.roles.length !== 2) throw new Error("a read came back wrong");
}
