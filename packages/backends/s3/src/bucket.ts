import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { BackendError, type Clock } from "@hitbox/core";
import { addContentMd5 } from "./content-md5.ts";
import { hasStatus, isAbsent, isConflict } from "./errors.ts";
import { readBody, tooLarge } from "./read-body.ts";
import type { Requests } from "./requests.ts";

/** Most keys of one DeleteObjects, and of one page of ListObjectsV2. */
export const MOST_KEYS = 1_000;

/** Bytes that are enough to tell a lease without an entry from an entry. */
const START_BYTES = 1_024;

/** The end of an entry in epoch milliseconds, in the object's metadata: `x-amz-meta-hitbox-until`. */
const UNTIL = "hitbox-until";

/** An object, with the mark of its bytes. */
export interface Found {
  readonly bytes: Uint8Array;
  /** In quotes, as the server has sent it. */
  readonly etag: string | undefined;
  /** Epoch milliseconds; undefined: it has no end. */
  readonly until: number | undefined;
}

/** A condition on the object that a PUT replaces. */
export type Condition = { readonly IfMatch: string } | { readonly IfNoneMatch: "*" };

/** A page of the keys of a bucket. */
export interface ListedPage {
  readonly objects: readonly { readonly key: string; readonly size: number }[];
  readonly cursor: string | undefined;
}

/** The requests to one bucket. */
export class Bucket {
  readonly #requests: Requests;
  readonly #name: string;
  readonly #now: Clock;
  readonly #maxBytes: number;

  /** `maxBytes`: of an object that is read. */
  constructor(requests: Requests, name: string, now: Clock, maxBytes: number) {
    this.#requests = requests;
    this.#name = name;
    this.#now = now;
    this.#maxBytes = maxBytes;
  }

  /** @throws BackendError `too-large` for an object that is larger than any entry. */
  async get(key: string): Promise<Found | undefined> {
    const answer = await this.#get(key, this.#maxBytes);
    if (answer?.isWhole === false) throw tooLarge(this.#maxBytes);
    return answer?.found;
  }

  /**
   * The bytes of an object that holds a live entry, or a lease. A large one is not read to its end: the first
   * bytes are enough to tell that there is an entry.
   */
  async getStart(key: string): Promise<Uint8Array | undefined> {
    const answer = await this.#get(key, START_BYTES, `bytes=0-${START_BYTES - 1}`);
    if (answer === undefined) return undefined;
    const { bytes, until } = answer.found;
    const hasEnded = !answer.isWhole && until !== undefined && until <= this.#now();
    return hasEnded ? undefined : bytes;
  }

  /** Answers false, and changes nothing, if the condition does not hold. */
  async put(
    key: string,
    bytes: Uint8Array,
    until: number | undefined,
    condition?: Condition,
  ): Promise<boolean> {
    const object = { Bucket: this.#name, Key: key, Body: bytes, ContentType: "application/octet-stream" };
    const metadata = until !== undefined && { Metadata: { [UNTIL]: `${until}` } };
    try {
      await this.#requests.write((client, how) =>
        client.send(new PutObjectCommand({ ...object, ...metadata, ...condition }), how),
      );
      return true;
    } catch (error) {
      if (condition === undefined || !isConflict(error)) throw error;
      return this.#wasDone(error, key, bytes);
    }
  }

  async delete(key: string): Promise<void> {
    const object = { Bucket: this.#name, Key: key };
    await this.#requests.write((client, how) => client.send(new DeleteObjectCommand(object), how));
  }

  /** At most `MOST_KEYS`. Rejects with the first failure if the server has not deleted all of them. */
  async deleteMany(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const objects = keys.map((key) => ({ Key: key }));
    await this.#requests.write(async (client, how) => {
      const command = new DeleteObjectsCommand({
        Bucket: this.#name,
        Delete: { Objects: objects, Quiet: true },
      });
      const { Errors: [first] = [] } = await client.send(addContentMd5(command), how);
      if (first) throw Object.assign(new Error(first.Message), { name: first.Code });
    });
  }

  list(prefix: string, cursor: string | undefined, limit: number): Promise<ListedPage> {
    const command = new ListObjectsV2Command({
      ...{ Bucket: this.#name, Prefix: prefix, MaxKeys: Math.min(limit, MOST_KEYS), EncodingType: "url" },
      ContinuationToken: cursor,
    });
    return this.#requests.read(async (client, how) => {
      const {
        Contents = [],
        EncodingType,
        IsTruncated,
        NextContinuationToken,
      } = await client.send(command, how);
      const decoded = (key = ""): string => (EncodingType === "url" ? decodedKey(key) : key);
      const objects = Contents.map(({ Key, Size = 0 }) => ({ key: decoded(Key), size: Size }));
      return { objects, cursor: IsTruncated ? NextContinuationToken : undefined };
    });
  }

  async #get(
    key: string,
    most: number,
    range?: string,
  ): Promise<{ found: Found; isWhole: boolean } | undefined> {
    const object = { Bucket: this.#name, Key: key, ...(range !== undefined && { Range: range }) };
    try {
      return await this.#requests.read(async (client, how) => {
        const output = await client.send(new GetObjectCommand(object), how);
        // A server may ignore the range.
        const { bytes, isWhole: isRead } = await readBody(output.Body, output.ContentLength, most);
        const total = /\/(\d+)$/.exec(output.ContentRange ?? "")?.[1];
        const isWhole = isRead && (total === undefined || Number(total) === bytes.byteLength);
        return { found: { bytes, etag: output.ETag, until: untilOf(output.Metadata) }, isWhole };
      });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      // An empty object has no range of bytes. It is not an entry of this code.
      if (hasStatus(error, 416))
        return { found: { bytes: new Uint8Array(), etag: undefined, until: undefined }, isWhole: true };
      throw error;
    }
  }

  /** If the SDK tried more than once, an earlier attempt may have been done, and its answer lost. */
  async #wasDone(error: unknown, key: string, bytes: Uint8Array): Promise<boolean> {
    const { $metadata } = error as { $metadata?: { attempts?: number } };
    if (($metadata?.attempts ?? 1) === 1) return false;
    const now = await this.get(key).catch((cause: Error) => {
      throw new BackendError("unavailable", `unknown if it was written: ${cause.message}`, { cause });
    });
    return now !== undefined && Buffer.compare(now.bytes, bytes) === 0;
  }
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw new BackendError("corrupt", "the server lists a key that is not URL-encoded as it says");
  }
}

function untilOf(metadata: Readonly<Record<string, string>> | undefined): number | undefined {
  const text = metadata?.[UNTIL];
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
