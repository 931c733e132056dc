import { CreateBucketCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { type S3Server, startRadosGw } from "@hitbox/test-servers";
import { afterAll, beforeAll } from "vitest";
import type { S3Options } from "../src/index.ts";

export { dataOf, failureOf, storedEntry as entry } from "@hitbox/test-support";

/** Milliseconds: a deadline that no operation meets which waits for nothing. */
export const FAR_DEADLINE = 60_000;

export const BUCKET = "cache";

/** A server for the tests of a file, with a bucket, and a client to look at it. */
export function useServer(): {
  readonly server: () => S3Server;
  readonly client: () => S3Client;
  /** Options of a backend on the bucket. */
  readonly source: () => Pick<S3Options, "endpoint" | "credentials" | "bucket">;
} {
  let server: S3Server;
  let client: S3Client;
  beforeAll(async () => {
    server = await startRadosGw();
    client = clientOf(server);
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  }, 120_000);
  afterAll(async () => {
    client.destroy();
    await server.close();
  });
  return {
    server: () => server,
    client: () => client,
    source: () => ({ endpoint: server.endpoint, credentials: server.credentials, bucket: BUCKET }),
  };
}

/** A client of the caller, with settings that differ from those of the backend's own. */
export function clientOf(
  server: Pick<S3Server, "endpoint" | "credentials">,
  config: S3ClientConfig = {},
): S3Client {
  const { endpoint, credentials } = server;
  return new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true, ...config });
}

let prefixes = 0;

/** A prefix that no other test of this file uses. */
export function freshPrefix(): string {
  prefixes += 1;
  return `test-${prefixes}`;
}

/** The key of an object: what is not allowed in it is written as its bytes. */
export function objectKey(prefix: string, key: string): string {
  const escaped = key.replace(/[^\w.:=@,~-]/gu, (character) =>
    Buffer.from(character).toString("hex").toUpperCase().replace(/../g, "!$&"),
  );
  return `${prefix}::${escaped}`;
}
