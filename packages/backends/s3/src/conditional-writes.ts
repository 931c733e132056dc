import { BackendError, outside } from "@hitbox/core";
import type { Bucket, Found } from "./bucket.ts";
import { hasStatus } from "./errors.ts";

/** The mark of no object: the form of an MD5, which no content is known to have. */
const NO_ETAG = `"${"0".repeat(32)}"`;

/** Never the key of an entry: of its two characters of escape, digits follow one. */
export const PROBE = "!probe";

const REMEDY = 'Use another server, or set `leases: "none"`';

/** Forms of an ETag in `If-Match`. RFC 9110 wants quotes; Ceph, until version 19, compares with none. */
const FORMS: readonly ((etag: string) => string)[] = [(etag) => etag, (etag) => etag.replaceAll('"', "")];

/** Writes that happen only if the object has not changed: the ground of leases. */
export class ConditionalWrites {
  readonly #objects: Bucket;
  readonly #probe: string;
  #forms = FORMS;
  #checked: Promise<void> | undefined;

  constructor(objects: Bucket, prefix: string) {
    this.#objects = objects;
    this.#probe = `${prefix}::${PROBE}`;
  }

  /**
   * Replaces the object `before`, or makes one if `before` is undefined. Answers false, and changes nothing,
   * if another object is there.
   */
  async replace(
    before: Found | undefined,
    key: string,
    bytes: Uint8Array,
    until: number | undefined,
  ): Promise<boolean> {
    await this.#check();
    if (before === undefined) return this.#objects.put(key, bytes, until, { IfNoneMatch: "*" });
    const { etag } = before;
    if (etag === undefined) throw refused("the server sends no ETag");
    for (const form of this.#forms)
      if (await this.#objects.put(key, bytes, until, { IfMatch: form(etag) })) {
        // It is the form that this server compares.
        this.#forms = [form];
        return true;
      }
    return false;
  }

  /** Once: a server that ignores the condition would grant a lease to everybody. */
  #check(): Promise<void> {
    this.#checked ??= outside(() => this.#asked());
    return this.#checked;
  }

  async #asked(): Promise<void> {
    try {
      await this.#ask();
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }

  async #ask(): Promise<void> {
    const isDone = await this.#objects
      .put(this.#probe, new Uint8Array(), undefined, { IfMatch: NO_ETAG })
      .catch((error: unknown) => {
        if (hasStatus(error, 501)) throw refused("the server refuses conditional writes", error);
        throw error;
      });
    if (!isDone) return;
    await this.#objects.delete(this.#probe);
    throw refused("the server ignores the condition of a write");
  }
}

function refused(reason: string, cause?: unknown): BackendError {
  return new BackendError("unsupported", `no leases: ${reason}. ${REMEDY}.`, { cause });
}
