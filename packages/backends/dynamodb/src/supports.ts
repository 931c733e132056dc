import type { BackendSupports } from "@hitbox/core";
import { metadataAttributes } from "./item.ts";
import { itemBytes, MAX_ITEM_BYTES } from "./item-size.ts";
import { MAX_PARTS, PART_BYTES } from "./parts.ts";
import type { DynamoDbSettings } from "./settings.ts";
import { BATCH_READ } from "./table.ts";

const ANY_NUMBER = Object.freeze({ max: Number.POSITIVE_INFINITY });

/** The abilities of a backend over this table. */
export function supportsOf({ layout, ttlAttribute, chunking, canQuery }: DynamoDbSettings): BackendSupports {
  return Object.freeze({
    expiry: "native",
    shared: true,
    persistent: true,
    readMany: BATCH_READ,
    // Any number: one error is to count all that a batch has left undone, over all of its requests.
    writeMany: ANY_NUMBER,
    removeMany: ANY_NUMBER,
    maxKeyBytes: layout.maxKeyBytes,
    maxValueBytes: chunking ? MAX_PARTS * PART_BYTES : MAX_ITEM_BYTES - leastBesidePayload(),
    clear: canQuery,
    lease: true,
    keys: true,
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
