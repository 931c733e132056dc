import type { S3Client } from "@aws-sdk/client-s3";

/** The part of the AWS SDK's client that is used: an `S3Client` of `@aws-sdk/client-s3`. */
export interface S3ClientLike extends Pick<S3Client, "send"> {
  readonly config: {
    /** Asked for the credentials, so that none of them gets into an error. */
    readonly credentials?: (() => PromiseLike<object>) | undefined;
  };
}

/** A client, and the end of it. */
export interface Opened {
  readonly client: S3ClientLike;
  /** Most requests under way. */
  readonly connections: number;
  /** Undefined for a client of the caller. */
  readonly destroy: (() => void) | undefined;
}

export function isClient(client: unknown): client is S3ClientLike {
  const { send, config } = (client ?? {}) as { send?: unknown; config?: unknown };
  return typeof send === "function" && typeof config === "object" && config !== null;
}
