export type { S3ClientLike } from "./client.ts";
export { type S3Options, s3 } from "./s3.ts";
export type { S3Credentials, SourceOptions } from "./source.ts";
