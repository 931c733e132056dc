import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { collected } from "@hitbox/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import { s3 } from "../src/index.ts";
import {
  BUCKET,
  clientOf,
  entry,
  FAR_DEADLINE,
  failureOf,
  freshPrefix,
  objectKey,
  useServer,
} from "./support.ts";

const { server, client, source } = useServer();

const open = (prefix: string) => s3({ ...source(), prefix, timeout: FAR_DEADLINE });
const head = (prefix: string, key: string) =>
  client().send(new HeadObjectCommand({ Bucket: BUCKET, Key: objectKey(prefix, key) }));

describe("the object of an entry", () => {
  it("has a key that can be read, and the end of the entry in its metadata", async () => {
    const prefix = "renders/v2";
    const cache = cacheBackend(open(prefix));
    await cache.set("page:é/1", cacheValue("value", { createdAt: 1_000, expiresAt: 4_000_000_000_123 }));
    const { Contents } = await client().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["renders/v2::page:!C3!A9!2F1"]);
    const { Metadata, ContentType } = await head(prefix, "page:é/1");
    expect([Metadata, ContentType]).toEqual([
      { "hitbox-until": "4000000000123" },
      "application/octet-stream",
    ]);
    await cache.set("page:é/1", cacheValue("value"));
    expect((await head(prefix, "page:é/1")).Metadata).toEqual({});
  });

  it("that somebody else has put there is `corrupt`, and can be removed", async () => {
    const prefix = freshPrefix();
    const cache = cacheBackend(open(prefix));
    for (const [key, Body] of [
      ["empty", new Uint8Array()],
      ["large", Buffer.alloc(5_000, "x")],
    ] as const) {
      await client().send(new PutObjectCommand({ Bucket: BUCKET, Key: objectKey(prefix, key), Body }));
      expect((await failureOf(() => cache.get(key))).code).toBe("corrupt");
      expect((await cache.delete(key)).status).toBe("deleted");
      expect(await cache.get(key)).toBeUndefined();
    }
  });
});

describe("a removal", () => {
  const large = "x".repeat(100_000);

  /** A backend whose clock stands still, and the bytes that it has read. */
  function metered() {
    const prefix = freshPrefix();
    const read = { bytes: 0 };
    const watched = clientOf(server());
    onTestFinished(() => watched.destroy());
    watched.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        read.bytes += Number((result.output as { ContentLength?: number }).ContentLength ?? 0);
        return result;
      },
      { step: "initialize" },
    );
    const clock = { now: 1_000_000 };
    const options = { client: watched, bucket: BUCKET, prefix, timeout: FAR_DEADLINE, now: () => clock.now };
    return { backend: s3(options), read, clock };
  }

  it("reads no large entry to its end, and tells a live one from an expired one", async () => {
    const { backend, read, clock } = metered();
    await backend.write("live", entry(large));
    await backend.write("ends", entry(large, { expiresAt: clock.now + 1_000 }));
    await backend.write("later", entry(large, { expiresAt: clock.now + 5_000 }));
    clock.now += 2_000;
    const statuses = [];
    for (const key of ["live", "ends", "later", "none"]) statuses.push((await backend.remove(key)).status);
    expect(statuses).toEqual(["deleted", "missing", "deleted", "missing"]);
    expect(read.bytes).toBe(3 * 1_024);
    expect(await backend.read("live")).toBeUndefined();
  });

  it("counts an entry that has ended under a lease as missing", async () => {
    const { backend, clock } = metered();
    await backend.write("key", entry(large, { expiresAt: clock.now + 1_000 }));
    expect((await backend.lease?.("key", 60_000))?.granted).toBe(true);
    clock.now += 2_000;
    expect((await backend.remove("key")).status).toBe("missing");
  });

  it("costs, for many keys, a request for each lookup, and one for 250 removals", async () => {
    const prefix = freshPrefix();
    const counted = clientOf(server());
    onTestFinished(() => counted.destroy());
    const names: string[] = [];
    counted.middlewareStack.add(
      (next, context) => (args) => {
        names.push(`${context.commandName}`);
        return next(args);
      },
      { step: "initialize" },
    );
    const cache = cacheBackend(s3({ client: counted, bucket: BUCKET, prefix, timeout: FAR_DEADLINE }));
    const keys = Array.from({ length: 252 }, (_, index) => `key-${index}`);
    await cache.setMany(
      keys.filter((_, index) => index % 12 === 0).map((key) => [key, cacheValue(key)] as const),
    );
    names.length = 0;
    const statuses = await cache.deleteMany(keys);
    expect(statuses.map(({ status }) => status)).toEqual(
      keys.map((_, index) => (index % 12 === 0 ? "deleted" : "missing")),
    );
    expect(names.filter((name) => name === "DeleteObjectsCommand")).toHaveLength(2);
    expect(names).toHaveLength(254);
    expect((await collected(cache.keys())).flat()).toEqual([]);
  });
});
