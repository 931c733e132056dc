import type { BackendSupports } from "@hitbox/core";
import type { DynamoDbSettings } from "./dynamodb-backend.ts";
import { metadataAttributes } from "./item.ts";
import { itemBytes, MAX_ITEM_BYTES } from "./item-size.ts";
import { MAX_PARTS, PART_BYTES } from "./parts.ts";
import { BATCH_READ, BATCH_WRITE } from "./table.ts";

/** What a backend over this table can do. */
export function supportsOf({ layout, ttlAttribute, chunking, canQuery }: DynamoDbSettings): BackendSupports {
  return Object.freeze({
    expiry: "native",
    shared: true,
    persistent: true,
    readMany: BATCH_READ,
    // BatchWriteItem does not answer with what it replaces, so whose parts are to be swept would not be known.
    writeMany: chunking ? false : BATCH_WRITE,
    // Nor does it say what it found.
    removeMany: false,
    maxKeyBytes: layout.maxKeyBytes,
    maxValueBytes: chunking ? MAX_PARTS * PART_BYTES : MAX_ITEM_BYTES - mostBesidePayload(),
    clear: canQuery,
    lease: true,
  });

  /** Bytes of the largest entry without payload and tags. */
  function mostBesidePayload(): number {
    const longest = Number.MAX_SAFE_INTEGER;
    const id = "x".repeat(64);
    const times = { createdAt: longest, staleAt: longest, expiresAt: longest };
    const metadata = { format: id, compressor: id, decodedBytes: longest, ...times, tags: undefined };
    const key = layout.entry("x".repeat(layout.maxKeyBytes));
    return itemBytes({
      ...key,
      ...metadataAttributes(metadata, ttlAttribute),
      payload: { B: new Uint8Array() },
    });
  }
}
