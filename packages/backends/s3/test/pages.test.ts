import { cacheBackend } from "@hitbox/core";
import { collected } from "@hitbox/test-support";
import { expect, it, onTestFinished } from "vitest";
import { s3 } from "../src/index.ts";
import { type Answer, fakeServer } from "./fake.ts";
import { clientOf } from "./support.ts";

/** A bucket with three keys, which it lists in two pages, as plainly or as in a URL. */
const bucketOf =
  (encoding: string, removed: string[]): Answer =>
  (request, reply, body) => {
    if (request.method === "POST") {
      removed.push(...[...`${body}`.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key ?? ""));
      expect(request.headers["content-md5"]).toMatch(/^[\w+/]{22}==$/);
      return void reply.end("<DeleteResult/>");
    }
    const isFirst = !request.url?.includes("continuation-token=more");
    const keys = isFirst ? ["hitbox::a+b c", "hitbox::!probe"] : ["hitbox::c"];
    const contents = keys.map((key) => {
      const text = encoding === "" ? key : encodeURIComponent(key).replaceAll("%20", "+");
      return `<Contents><Key>${text}</Key><Size>100</Size></Contents>`;
    });
    const next = isFirst ? "<NextContinuationToken>more</NextContinuationToken>" : "";
    const end = `<IsTruncated>${isFirst}</IsTruncated>${next}${encoding}`;
    reply.end(`<ListBucketResult>${contents.join("")}${end}</ListBucketResult>`);
  };

async function setUp(encoding: string) {
  const removed: string[] = [];
  const { endpoint, seen } = await fakeServer(bucketOf(encoding, removed));
  const client = clientOf({ endpoint, credentials: { accessKeyId: "id", secretAccessKey: "secret" } });
  onTestFinished(() => client.destroy());
  return { removed, seen, cache: cacheBackend(s3({ client, bucket: "cache", timeout: 20_000 })) };
}

it.each(["", "<EncodingType>url</EncodingType>"])(
  "keys of all pages are listed, encoded as %s",
  async (encoding) => {
    const { cache, seen } = await setUp(encoding);
    expect((await collected(cache.keys())).flat()).toEqual(["a+b c", "c"]);
    expect(seen).toHaveLength(2);
  },
);

it("a clear removes the keys of all pages, a page by a request that servers of any age take", async () => {
  const { cache, seen, removed } = await setUp("<EncodingType>url</EncodingType>");
  await cache.clear();
  expect(removed).toEqual(["hitbox::a+b c", "hitbox::!probe", "hitbox::c"]);
  expect(seen).toHaveLength(4);
});
