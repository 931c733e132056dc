import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { checkInteger, checkOption, checkSpelling } from "@hitbox/core";
import { isClient, type Opened, type S3ClientLike } from "./client.ts";

/** Keys of an account, or a provider of the SDK. */
export type S3Credentials = NonNullable<S3ClientConfig["credentials"]>;

/** The server: a `client`, or options for a client of the backend's own. */
export interface SourceOptions {
  /** An `S3Client` of `@aws-sdk/client-s3`. It is never closed. Default: a client of the backend's own. */
  readonly client?: S3ClientLike | undefined;
  /**
   * Region of the bucket. Default: "us-east-1" with an `endpoint`, otherwise the SDK's, from AWS_REGION or
   * the profile.
   */
  readonly region?: string | undefined;
  /** `https://host:port` of a server other than AWS's. Buckets are then in the path. Default: AWS. */
  readonly endpoint?: string | undefined;
  /** `{ accessKeyId, secretAccessKey }`, or a provider of the SDK. Default: the SDK's chain of providers. */
  readonly credentials?: S3Credentials | undefined;
  /** Most requests under way, each on a connection, 1 to 1,000. Default: 50, as the SDK's. */
  readonly connections?: number | undefined;
}

const OWN: readonly (keyof SourceOptions)[] = ["region", "endpoint", "credentials"];

export const SOURCE_OPTIONS: readonly string[] = ["client", ...OWN, "connections"];

/** Members of the SDK's `AwsCredentialIdentity`. */
const CREDENTIALS = [
  ...["accessKeyId", "secretAccessKey", "sessionToken", "expiration", "credentialScope", "accountId"],
];

/** The caller's client, or one that this code has made. Connections are opened by the first request. */
export function sourceOf(options: SourceOptions): Opened {
  const { client, region, endpoint, credentials, connections = 50 } = options;
  checkInteger("connections", connections, 1, 1_000);
  if (client !== undefined) {
    // Not the value: it may be the credentials.
    if (!isClient(client)) throw new TypeError(`client must be an S3Client of @aws-sdk/client-s3`);
    for (const name of OWN)
      if (options[name] !== undefined)
        throw new TypeError(
          `${name} is for a client of the backend's own: \`client\` has settings of its own`,
        );
    return { client, connections, destroy: undefined };
  }
  const isRegion = region === undefined || (typeof region === "string" && /^[\w-]+$/.test(region));
  checkOption(isRegion, "region", region, 'must be the name of a region, such as "eu-west-1"');
  if (endpoint !== undefined && !isEndpoint(endpoint))
    throw new TypeError("endpoint must be a URL such as https://storage.example.com, without a login");
  if (typeof credentials === "object" && credentials !== null)
    checkSpelling("s3: credentials", credentials, CREDENTIALS, "the SDK");
  if (credentials !== undefined && !isCredentials(credentials))
    throw new TypeError("credentials must be { accessKeyId, secretAccessKey }, or a provider of the SDK");
  return own({ region, endpoint, credentials }, connections);
}

function isEndpoint(endpoint: unknown): boolean {
  if (typeof endpoint !== "string" || !/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) return false;
  const { username, password } = new URL(endpoint);
  return username === "" && password === "";
}

function isCredentials(credentials: unknown): boolean {
  if (typeof credentials === "function") return true;
  const { accessKeyId, secretAccessKey } = (credentials ?? {}) as Readonly<Record<string, unknown>>;
  return typeof accessKeyId === "string" && typeof secretAccessKey === "string";
}

/**
 * Checksums beyond those of the signature are for requests that need one: many servers besides AWS's know no
 * other, and an entry has a checksum of its own.
 */
function own({ region, endpoint, credentials }: SourceOptions, connections: number): Opened {
  const agents = { maxSockets: connections, keepAlive: true };
  const client = new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: region ?? "us-east-1" }),
    ...(credentials !== undefined && {
      credentials: credentials as NonNullable<S3ClientConfig["credentials"]>,
    }),
    ...{ requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" },
    requestHandler: { httpAgent: agents, httpsAgent: agents },
  });
  return { client, connections, destroy: () => client.destroy() };
}
