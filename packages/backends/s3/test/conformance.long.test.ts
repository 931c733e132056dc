import { backendConformance } from "@hitbox/conformance";
import { type Backend, gzip, hashed } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { test } from "vitest";
import { type S3Options, s3 } from "../src/index.ts";
import { FAR_DEADLINE, useServer } from "./support.ts";

const { client, source } = useServer();

const KINDS: readonly { readonly name: string; readonly options: () => Omit<S3Options, "bucket"> }[] = [
  {
    name: "a client that was given, compressed, hashed",
    options: () => ({ client: client(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed() }),
  },
  { name: "a client of its own", options: () => source() },
];

// CI runs the last kind alone, `npm run test:long` runs them all.
for (const { name, options } of quickly(KINDS, 1))
  backendConformance({
    test: test.concurrent,
    name,
    open: (prefix) => withSmallBatches(s3({ ...options(), bucket: "cache", prefix, timeout: FAR_DEADLINE })),
  });

/** The kit tries batches around the declared size, of thousands of requests each. */
function withSmallBatches(backend: Backend): Backend {
  const batch = { max: 20 };
  const supports = { ...backend.supports, readMany: batch, writeMany: batch, removeMany: batch };
  return { ...backend, supports: Object.freeze(supports) };
}
