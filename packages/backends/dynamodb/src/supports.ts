import type { BackendSupports } from "@hitbox/core";
import type { DynamoDbSettings } from "./dynamodb-backend.ts";
import { metadataAttributes } from "./item.ts";
import { itemBytes, MAX_ITEM_BYTES } from "./item-size.ts";
import { MAX_PARTS, PART_BYTES } from "./parts.ts";
import { BATCH_READ } from "./table.ts";

const ANY_NUMBER = Object.freeze({ max: Number.POSITIVE_INFINITY });

/** What a backend over this table can do. */
export function supportsOf({ layout, ttlAttribute, chunking, canQuery }: DynamoDbSettings): BackendSupports {
  return Object.freeze({
    expiry: "native",
    shared: true,
    persistent: true,
    readMany: BATCH_READ,
    // BatchWriteItem does not answer with what it replaces, so whose parts are to be swept would not be known. Without
    // chunking any number: of the batches of 25 that this is written in, one error is to count what all have left undone.
    writeMany: chunking ? false : ANY_NUMBER,
    // Nor does it say what it found.
    removeMany: false,
    maxKeyBytes: layout.maxKeyBytes,
    maxValueBytes: chunking ? MAX_PARTS * PART_BYTES : MAX_ITEM_BYTES - leastBesidePayload(),
    clear: canQuery,
    lease: true,
  });

  /** Bytes of the smallest entry without its payload. Whether a larger one fits is counted when it is written. */
  function leastBesidePayload(): number {
    const times = { createdAt: 0, staleAt: undefined, expiresAt: undefined };
    const metadata = {
      format: "x",
      compressor: undefined,
      decodedBytes: undefined,
      ...times,
      tags: undefined,
    };
    const attributes = metadataAttributes(metadata, ttlAttribute);
    return itemBytes({ ...layout.entry("x"), ...attributes, payload: { B: new Uint8Array() } });
  }
}
