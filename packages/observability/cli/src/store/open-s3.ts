import type { Backend } from "@hitbox/core";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";
import { picked, splitQuery } from "./query.ts";

interface S3Module {
  readonly s3: (options: object) => Backend;
}

/** Milliseconds. */
const TIMEOUT = 10_000;
const SCHEME = "s3://";

/** A bucket: `s3://BUCKET?region=eu-west-1`. Credentials are the SDK's. `endpoint` is another server. */
export async function openS3(text: string, { cwd, prefix = "hitbox" }: Place): Promise<Opened | undefined> {
  if (!text.startsWith(SCHEME)) return undefined;
  const [bucket, query] = splitQuery(text.slice(SCHEME.length));
  const { s3 } = await loadPeer<S3Module>("@hitbox/s3", cwd, "@aws-sdk/client-s3");
  const options = picked(query, ["region", "endpoint", "leases"]);
  const backend = s3({ bucket, prefix, timeout: TIMEOUT, onWarning: () => {}, ...options });
  return { name: `${SCHEME}${bucket}`, backends: [backend], prefix, close: async () => {} };
}
