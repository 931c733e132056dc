import {
  type Backend,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
  systemClock,
} from "@hitbox/core";
import { Bucket } from "./bucket.ts";
import { ConditionalWrites } from "./conditional-writes.ts";
import { Requests } from "./requests.ts";
import { SOURCE_OPTIONS, type SourceOptions, sourceOf } from "./source.ts";
import { METADATA_BYTES, s3Store } from "./store.ts";

export interface S3Options extends StoreOptions, SourceOptions {
  /** Name of an existing bucket. */
  readonly bucket: string;
  /**
   * Beginning of all keys of this backend: 1 to 200 characters of A-Z a-z 0-9 _ . - / : = @. No "::" in it,
   * no ":" at its end, no empty part between slashes. Backends with different prefixes share no entry.
   * Default: "hitbox".
   */
  readonly prefix?: string | undefined;
  /** Most bytes of a value, 1,024 to 2,147,483,391. Default: 67,108,864, which is 64 MiB. */
  readonly maxValueBytes?: number | undefined;
  /**
   * `conditional`: leases, by `If-None-Match` and `If-Match` of a PUT. `none`: no leases, for a server that
   * has no such conditions. Default: `conditional`.
   */
  readonly leases?: "conditional" | "none" | undefined;
  /** Milliseconds for each request, with its retries, 1 to 600,000. Default: 5,000. */
  readonly timeout?: number | undefined;
}

const KNOWN = [...STORE_OPTIONS, ...SOURCE_OPTIONS, "bucket", "prefix", "maxValueBytes", "leases"];

/**
 * A tier in a bucket of S3, or of another server with the API of S3: an object for each entry. It connects
 * at the first operation. Nothing removes expired entries but a lifecycle rule of the bucket.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = s3({ bucket: "shop-cache", region: "eu-west-1", prefix: "renders" });
 */
export function s3(options: S3Options): Backend {
  checkKnown("s3", options, KNOWN, '{ bucket: "cache" }');
  const { bucket, prefix = "hitbox", maxValueBytes = 2 ** 26, leases = "conditional" } = options;
  const { timeout = 5_000, now = systemClock } = options;
  checkBucket(bucket);
  checkPrefix(prefix);
  checkInteger("maxValueBytes", maxValueBytes, 1_024, 2 ** 31 - 1 - METADATA_BYTES);
  checkOption(
    leases === "conditional" || leases === "none",
    "leases",
    leases,
    'must be "conditional" or "none"',
  );
  checkInteger("timeout", timeout, 1, 600_000);
  checkFunction("now", now);
  const opened = sourceOf(options);
  const { connections } = opened;
  const requests = new Requests(opened, bucket, timeout);
  const maxBytes = maxValueBytes + METADATA_BYTES;
  const objects = new Bucket(requests, bucket, now, maxBytes);
  const conditional = leases === "none" ? undefined : new ConditionalWrites(objects, prefix);
  return storeBackend(s3Store({ requests, objects, conditional, prefix, connections, maxBytes }), {
    ...options,
    timeout,
  });
}

/** Names of AWS, and the longer ones with capitals that other servers and old buckets have. */
function checkBucket(bucket: string): void {
  const isName = typeof bucket === "string" && /^[A-Za-z0-9][\w.-]{1,253}[A-Za-z0-9]$/.test(bucket);
  checkOption(
    isName,
    "bucket",
    bucket,
    "must be the name of a bucket: 3 to 255 characters of A-Z a-z 0-9 . _ -",
  );
}

/** "::" ends a prefix. A proxy may take "//", "/./" and "/../" for another path. */
function checkPrefix(prefix: string): void {
  const isText = typeof prefix === "string" && /^[\w.:=@/-]{1,200}$/.test(prefix);
  const isPrefix = isText && !prefix.includes("::") && !prefix.endsWith(":");
  const isPath = isPrefix && prefix.split("/").every((part) => !["", ".", ".."].includes(part));
  const rule =
    'must be 1 to 200 characters of A-Z a-z 0-9 _ . - / : = @, without "::", without ":" at the end';
  checkOption(isPath, "prefix", prefix, `${rule}, and without empty parts between slashes`);
}
