import { cacheBackend } from "@hitbox/core";
import { collected } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { s3 } from "../src/index.ts";
import { readBody } from "../src/read-body.ts";
import { type Answer, fakeServer } from "./fake.ts";
import { FAR_DEADLINE, failureOf } from "./support.ts";

/** Answers every GET with an object that has no end, and ignores ranges. */
const endless: Answer = ({ method }, reply) => {
  if (method !== "GET") return void reply.writeHead(204).end();
  reply.writeHead(200, { etag: '"x"' });
  const chunk = Buffer.alloc(2 ** 16, "x");
  const more = (): void => {
    while (!reply.destroyed && reply.write(chunk));
    if (!reply.destroyed) reply.once("drain", more);
  };
  more();
};

async function open(answer: Answer) {
  const { endpoint } = await fakeServer(answer);
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const options = { endpoint, credentials, bucket: "cache", timeout: FAR_DEADLINE, maxValueBytes: 2 ** 20 };
  return cacheBackend(s3({ ...options, leases: "none" }));
}

describe("an object that is larger than any entry", () => {
  it("is not read to its end", async () => {
    const cache = await open(endless);
    const { code, error } = await failureOf(() => cache.get("k"));
    expect(code).toBe("too-large");
    expect(error.message).toContain("Raise `maxValueBytes`");
    expect((await failureOf(() => cache.getMany(["k", "l"]))).code).toBe("too-large");
    await cache.close();
  });

  it("is removed by its beginning alone", async () => {
    const cache = await open(endless);
    expect(await cache.delete("k")).toMatchObject({ status: "deleted" });
    await cache.close();
  });
});

describe("a body that is no stream of Node", () => {
  const body = { transformToByteArray: async () => Buffer.from("12345") };
  it.each([
    [5, 5, "12345", true],
    [undefined, 5, "12345", true],
    [undefined, 3, "123", false],
    [5, 3, "", false],
  ])(
    "is read up to its limit if it has the length %j and the limit %i",
    async (length, most, text, isWhole) => {
      const read = await readBody(body, length, most);
      expect([Buffer.from(read.bytes).toString(), read.isWhole]).toEqual([text, isWhole]);
    },
  );

  it("may be missing", async () => {
    expect(await readBody(undefined, 0, 5)).toEqual({ bytes: new Uint8Array(), isWhole: true });
  });
});

it("a listing with a key that is not URL-encoded is corrupt", async () => {
  const cache = await open((_, reply) => {
    const contents = "<Contents><Key>hitbox::%</Key><Size>100</Size></Contents>";
    reply.end(`<ListBucketResult>${contents}<EncodingType>url</EncodingType></ListBucketResult>`);
  });
  expect((await failureOf(() => collected(cache.keys()))).code).toBe("corrupt");
  await cache.close();
});

it("a message of a server reaches no terminal as a command", async () => {
  const cache = await open((_, reply) => {
    const message = "no\u009b31m\u001b[2J\u202e";
    reply.writeHead(400).end(`<Error><Code>Weird</Code><Message>${message}</Message></Error>`);
  });
  const { error } = await failureOf(() => cache.get("k"));
  expect(`${error.message} ${(error.cause as Error).message}`).not.toMatch(/[\p{Cc}\u202e]/u);
  await cache.close();
});
