import { readdirSync, readFileSync } from "node:fs";
import { decodeEnvelope, encodeEnvelope, type StoredValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";

// Entries as version 1 wrote them. They are in people's stores: these files are added to, and never changed.
const folder = new URL("./golden/v1/", import.meta.url);

interface Golden {
  readonly hex: string;
  readonly stored: Omit<StoredValue, "payload"> & { readonly payload: string };
}

function read(file: string): { readonly bytes: Buffer; readonly value: StoredValue } {
  const { hex, stored } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
  const absent = {
    compressor: undefined,
    decodedBytes: undefined,
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
  };
  const value = { ...absent, ...stored, payload: Buffer.from(stored.payload, "hex") };
  return { bytes: Buffer.from(hex, "hex"), value };
}

describe("golden entries of envelope version 1", () => {
  const files = readdirSync(folder);

  test("are there", () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
  });

  test.each(files)("%s is read as it was meant", (file) => {
    const { bytes, value } = read(file);
    expect({ ...decodeEnvelope(bytes) }).toEqual(value);
  });

  test.each(files)("%s is written the same on this machine", (file) => {
    const { bytes, value } = read(file);
    expect(Buffer.from(encodeEnvelope(value)).toString("hex")).toBe(bytes.toString("hex"));
  });
});
