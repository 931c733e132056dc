import { crc32 } from "node:zlib";
import { BackendError, decodeEnvelope, encodeEnvelope, type StoredValue } from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stored } from "./support/arbitrary-stored.ts";

const small: StoredValue = {
  payload: Buffer.from("payload"),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: undefined,
  tags: undefined,
};

describe("an envelope", () => {
  test("gives back every field exactly", async () => {
    await assertProperty(
      fc.property(stored, (value) => {
        const read = decodeEnvelope(encodeEnvelope(value));
        expect({ ...read, payload: Buffer.from(read.payload) }).toEqual({
          ...value,
          payload: Buffer.from(value.payload),
        });
      }),
      { runs: 400 },
    );
  });

  test("adds 24 bytes to a JSON payload without times", () => {
    expect(encodeEnvelope(small).byteLength).toBe(24 + small.payload.byteLength);
  });

  test("adds 4 bytes for the time of a load, and none without one", () => {
    const bytes = encodeEnvelope(small).byteLength;
    expect(encodeEnvelope({ ...small, loadMs: undefined }).byteLength).toBe(bytes);
    expect(encodeEnvelope({ ...small, loadMs: 0 }).byteLength).toBe(bytes + 4);
  });

  test("does not copy the payload when read", () => {
    const bytes = encodeEnvelope(small);
    expect(decodeEnvelope(bytes).payload.buffer).toBe(bytes.buffer);
  });

  test("is read from a plain Uint8Array at any offset", () => {
    const bytes = encodeEnvelope(small);
    const shifted = new Uint8Array(bytes.byteLength + 3);
    shifted.set(bytes, 3);
    expect(decodeEnvelope(shifted.subarray(3)).createdAt).toBe(1);
  });

  test("holds as many and as long tags as cacheValue takes", () => {
    const tags = ["x".repeat(0xffff), ...Array.from({ length: 0xfffe }, (_, index) => `tag ${index}`)];
    expect(decodeEnvelope(encodeEnvelope({ ...small, tags })).tags).toEqual(tags);
  });
});

describe("what is no envelope", () => {
  const bytes = encodeEnvelope(small);
  const changed = (at: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[at] = value;
    return copy;
  };

  test.each([
    ["nothing", new Uint8Array(), "0 bytes are too few for an envelope"],
    ["text", Buffer.from("some string that another program stored"), "not an envelope"],
    ["a later version", changed(3, 2), "envelope version 2 is not known here"],
    ["a cut", bytes.subarray(0, -1), "checksum does not match"],
    ["a flipped bit", changed(30, 0x71), "checksum does not match"],
  ])("%s is corrupt, and says why", (_, input, reason) => {
    const decode = (): StoredValue => decodeEnvelope(input);
    expect(decode).toThrow(BackendError);
    expect(decode).toThrow(expect.objectContaining({ code: "corrupt", message: reason, retryable: false }));
  });

  // Under a valid checksum: only who can write to the store makes these.
  const tagged = encodeEnvelope({ ...small, tags: ["t"] });
  const gzipped = encodeEnvelope({ ...small, compressor: "gzip", decodedBytes: 9 });
  test.each<[string, Uint8Array, (bytes: Buffer) => void, string]>([
    [
      "a compressor's length without its flag",
      bytes,
      (copy) => copy.writeUInt8(4, 6),
      "a compressor without its flag",
    ],
    [
      "a format without an id",
      bytes,
      (copy) => copy.writeUInt8(0, 5),
      "id of a format or compressor is malformed",
    ],
    ["a format's id with a line break", bytes, (copy) => copy.write("j\non", 16), "is malformed"],
    ["a format's id with a terminal escape", bytes, (copy) => copy.write("\u001b[2J", 16), "is malformed"],
    ["a compressor without an id", gzipped, (copy) => copy.writeUInt8(0, 6), "is malformed"],
    ["a compressor's id in capitals", gzipped, (copy) => copy.write("GZIP", 24), "is malformed"],
    ["a list of no tags", tagged, (copy) => copy.writeUInt16LE(0, 20), "a list of no tags"],
    ["a tag that is no UTF-8", tagged, (copy) => copy.writeUInt8(0xff, 24), "a tag is not UTF-8"],
    ["a flag that no writer sets", bytes, (copy) => copy.writeUInt8(32, 4), "unknown flags"],
    ["a reserved byte", bytes, (copy) => copy.writeUInt8(1, 7), "unknown flags"],
  ])("%s is corrupt, and no character of it is shown", (_, from, change, reason) => {
    const copy = Buffer.from(from);
    change(copy);
    copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.byteLength - 4);
    expect(() => decodeEnvelope(copy)).toThrow(expect.objectContaining({ code: "corrupt" }));
    expect(() => decodeEnvelope(copy)).toThrow(reason);
  });
});
