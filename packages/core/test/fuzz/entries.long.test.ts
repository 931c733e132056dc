import { crc32 } from "node:zlib";
import { BackendError, decodeEnvelope, decodeLeased, encodeEnvelope, encodeLeased } from "@hitbox/core";
import { expect } from "vitest";
import { fuzzEach } from "../support/fuzz-each.ts";
import { plainEntry } from "../support/plain-entry.ts";

const full = {
  ...plainEntry,
  compressor: "gzip",
  decodedBytes: 9,
  staleAt: 2,
  expiresAt: 2 ** 41,
  loadMs: 70_000,
  tags: ["t", "é"],
};

/** With magic, version and checksum made good: else the search would never come past the checksum. */
function signed(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.byteLength < 20) return copy;
  copy.writeUInt32LE(0x01_42_48_f5, 0);
  copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.byteLength - 4);
  return copy;
}

function readEnvelope(bytes: Uint8Array): void {
  for (const input of [bytes, signed(bytes)]) {
    try {
      const again = encodeEnvelope(decodeEnvelope(input));
      expect(Buffer.from(again).equals(input), "an envelope that is read is written the same").toBe(true);
    } catch (error) {
      if (!BackendError.is(error) || error.code !== "corrupt") throw error;
    }
  }
}

function readLease(bytes: Uint8Array): void {
  const leased = decodeLeased(bytes);
  if (leased !== undefined) expect(Buffer.compare(encodeLeased(leased), bytes)).toBe(0);
}

fuzzEach({
  envelope: { target: readEnvelope, seeds: [encodeEnvelope(plainEntry), encodeEnvelope(full)] },
  "lease-header": {
    target: readLease,
    seeds: [encodeLeased({ fence: "Abc-_123", until: 2 ** 41, entry: Buffer.from("entry") })],
  },
});
