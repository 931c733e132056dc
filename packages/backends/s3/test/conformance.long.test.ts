import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { backendConformance, type RawHooks } from "@hitbox/conformance";
import { type Backend, gzip, hashed } from "@hitbox/core";
import { Relays } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, describe, test } from "vitest";
import { s3 } from "../src/index.ts";
import { BUCKET, clientOf, FAR_DEADLINE, objectKey, useServer } from "./support.ts";

const { server, client } = useServer();

/** The kit tries batches around the declared size, which would be of thousands of requests. */
function withSmallBatches(backend: Backend): Backend {
  const batch = Object.freeze({ max: 10 });
  const supports = { ...backend.supports, readMany: batch, writeMany: batch, removeMany: batch };
  return { ...backend, supports: Object.freeze(supports) };
}

const relays = new Relays();
const given: S3Client[] = [];
afterAll(async () => {
  for (const each of given) each.destroy();
  await relays.close();
});

const beneath: RawHooks = {
  ...relays.hooks,
  async bytes(space, key) {
    const command = new GetObjectCommand({ Bucket: BUCKET, Key: objectKey(space, key) });
    const found = await client()
      .send(command, {})
      .catch(() => undefined);
    return found?.Body?.transformToByteArray();
  },
  damage: (space, key) =>
    client().send(new PutObjectCommand({ Bucket: BUCKET, Key: objectKey(space, key), Body: "no entry" })),
};

/** Endings that the separator must not be confused with. */
const AWKWARD = [":a", "a:b", "/b"];

/** Ceph checks If-Match and writes in two steps: a removal between them is undone. Amazon has one step. */
const NOT_HERE = "a fenced write does not undo a removal by another user that comes while it is under way";
const unlessNotHere: typeof test.concurrent = ((name: string, run: () => Promise<void>) => {
  if (name !== NOT_HERE) test.concurrent(name, run);
}) as never;

const KINDS = [
  { name: "a client that was given, compressed, hashed", kind: "given" },
  { name: "a client of its own", kind: "own" },
] as const;

// CI runs the last kind alone, `npm run test:long` runs them all.
describe.each(quickly(KINDS, 1))("$name", ({ kind }) => {
  backendConformance({
    test: unlessNotHere,
    awkwardSpaces: AWKWARD,
    raw: { ...beneath, client: kind },
    async open(prefix) {
      const [relay] = await relays.of(prefix, [server().port]);
      const endpoint = `http://127.0.0.1:${relay?.port}`;
      const { credentials } = server();
      const shared = { bucket: BUCKET, prefix, timeout: FAR_DEADLINE };
      if (kind === "own") return withSmallBatches(s3({ ...shared, endpoint, credentials }));
      const own = clientOf({ endpoint, credentials });
      given.push(own);
      const codec = { compressor: gzip({ minBytes: 64 }), keyFormat: hashed() };
      return withSmallBatches(s3({ ...shared, ...codec, client: own }));
    },
  });
});
