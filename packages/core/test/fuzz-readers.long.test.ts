import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  BackendError,
  brotli,
  type Compressor,
  cacheBackend,
  decodeEnvelope,
  decodeLeased,
  encodeEnvelope,
  encodeLeased,
  type Format,
  gzip,
  json,
  passthrough,
  typedJson,
} from "@hitbox/core";
import { expectSame, type FuzzOptions, fuzz } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const text = (value: string): Uint8Array => Buffer.from(value);
const covers = (url: string): boolean => /packages\/core\/(src|dist)\//.test(url);

const plain = {
  payload: text('{"a":1}'),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: undefined,
  tags: undefined,
};
const full = {
  ...plain,
  compressor: "gzip",
  decodedBytes: 9,
  staleAt: 2,
  expiresAt: 2 ** 41,
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

/**
 * A value that is read can be written and read again, and a payload that is refused is refused by an error of
 * its kind.
 */
function readFormat(format: Format, compare: (actual: unknown, expected: unknown) => void) {
  return (bytes: Uint8Array): void => {
    let value: unknown;
    try {
      value = format.deserialize(bytes);
    } catch (error) {
      expect(error).toSatisfy((thrown) => thrown instanceof RangeError || thrown instanceof SyntaxError);
      return;
    }
    compare(format.deserialize(format.serialize(value)), value);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  };
}

function readCompressed(compressor: Compressor) {
  return async (bytes: Uint8Array): Promise<void> => {
    const decodedBytes = (bytes[0] ?? 0) * 16;
    const store = mapBackend({ compressor });
    store.entries.set("k", { ...plain, payload: bytes.subarray(1), compressor: compressor.id, decodedBytes });
    try {
      await cacheBackend(store).get("k");
    } catch (error) {
      if (!BackendError.is(error)) throw error;
    }
  };
}

const documents = [
  '{"a":[1,-2.5e3,true,null,"\\u00e9\\"\\\\"],"__proto__":{"polluted":1}}',
  ' {"a":["$Date:1700000000123","$undefined","$hole","$-0","$BigInt:-12"],"b":"$$x"}',
  ' ["$Map",["k",["$Set",1,"$NaN"]],["$Uint8Array:AQID","$URL:http://h/?a#b"]]',
  ' ["$Error","TypeError",{"message":"m","cause":"$RegExp:g:a+"},{"code":1}]',
  ' ["$BigInt:0x1f","$Buffer:AA==","$Float64Array:AAAAAAAA8D8=","$DataView:AA=="]',
].map(text);

const READERS: Readonly<Record<string, Pick<FuzzOptions, "target" | "seeds">>> = {
  envelope: { target: readEnvelope, seeds: [encodeEnvelope(plain), encodeEnvelope(full)] },
  "lease-header": {
    target: readLease,
    seeds: [encodeLeased({ fence: "Abc-_123", until: 2 ** 41, entry: text("entry") })],
  },
  json: {
    target: readFormat(json(), (actual, expected) =>
      expect(JSON.stringify(actual)).toBe(JSON.stringify(expected)),
    ),
    seeds: documents,
  },
  "typed-json": { target: readFormat(typedJson(), expectSame), seeds: documents },
  gzip: {
    target: readCompressed(gzip()),
    seeds: [Buffer.concat([Buffer.of(10), gzip().compress(text(`"${"a".repeat(158)}"`))])],
  },
  brotli: {
    target: readCompressed(brotli()),
    seeds: [Buffer.concat([Buffer.of(10), brotli().compress(text(`"${"a".repeat(158)}"`))])],
  },
  passthrough: { target: readCompressed(passthrough()), seeds: [text('\u0001"aaaaaaaaaaaaaa"')] },
};

describe("fuzzing", () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 60);

  test.each(Object.entries(READERS))(
    "finds no fault in the reader of %s",
    async (name, reader) => {
      const corpus = join(import.meta.dirname, "corpus", name);
      const report = await fuzz({ ...reader, corpus, covers, seconds });
      expect(report.runs).toBeGreaterThan(100);
      console.log(`${name}: ${JSON.stringify(report)}`);
    },
    1_000 * (seconds + 120),
  );
});
