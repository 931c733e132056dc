import { readdirSync, readFileSync } from "node:fs";
import {
  decodeEnvelope,
  decodeLeased,
  encodeEnvelope,
  encodeLeased,
  fenceMark,
  LEASE_HEADER_BYTES,
  newFence,
  withoutLease,
} from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

// Leases as version 1 wrote them. They are in people's stores: these files are added to, and never changed.
const folder = new URL("./golden/lease-v1/", import.meta.url);

interface Golden {
  readonly hex: string;
  readonly fence: string;
  readonly until: number;
  /** The envelope, in hexadecimal. */
  readonly entry?: string;
}

describe("golden leases of version 1", () => {
  const files = readdirSync(folder);

  test.each(files)("%s is read as it was meant, and written the same", (file) => {
    const { hex, fence, until, entry } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
    const leased = { fence, until, entry: entry === undefined ? undefined : Buffer.from(entry, "hex") };
    expect(decodeLeased(Buffer.from(hex, "hex"))).toEqual(leased);
    expect(Buffer.from(encodeLeased(leased)).toString("hex")).toBe(hex);
    if (leased.entry) expect(decodeEnvelope(leased.entry).format).toBe("json");
  });

  test("are there", () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });
});

describe("a lease header", () => {
  const fences = fc.stringMatching(/^[A-Za-z0-9_-]{8}$/);
  const entries = fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined });

  test("gives back what was put in, and begins with the mark of its fence", async () => {
    await assertProperty(
      fc.property(fences, fc.maxSafeNat(), entries, (fence, until, entry) => {
        const bytes = encodeLeased({ fence, until, entry });
        expect(decodeLeased(bytes)).toEqual({ fence, until, entry: entry && Buffer.from(entry) });
        expect(Buffer.from(bytes).indexOf(fenceMark(fence))).toBe(0);
        expect(withoutLease(bytes)).toEqual(entry && Buffer.from(entry));
      }),
    );
  });

  test("is read from a view into the middle of a buffer", () => {
    const bytes = encodeLeased({ fence: newFence(), until: 1, entry: Buffer.from("entry") });
    const wide = Buffer.concat([Buffer.alloc(5), bytes, Buffer.alloc(5)]);
    const view = new Uint8Array(wide.buffer, wide.byteOffset + 5, bytes.length);
    const { entry = [], ...header } = decodeLeased(view) ?? {};
    expect(header).toEqual({ fence: expect.any(String), until: 1 });
    expect(Buffer.from(entry).toString()).toBe("entry");
  });

  test("is told from every envelope, and shorter than any", () => {
    const payload = new Uint8Array();
    const absent = {
      compressor: undefined,
      decodedBytes: undefined,
      staleAt: undefined,
      expiresAt: undefined,
    };
    const smallest = encodeEnvelope({ payload, format: "j", createdAt: 0, tags: undefined, ...absent });
    expect(LEASE_HEADER_BYTES).toBeLessThan(smallest.byteLength);
    expect(decodeLeased(smallest)).toBeUndefined();
    expect(withoutLease(smallest)).toBe(smallest);
  });

  test.each([
    ["empty", ""],
    ["cut short", "f601000000000000000000000000000000"],
    ["of another version", "f602414141414141414100000000000000000000"],
    ["without a fence", "f60100000000000000000000000000000000"],
    ["with a line break in its fence", "f60141410a4141414141000000000000000000"],
    ["with an end beyond 2^53", "f60141414141414141410000000000002000"],
  ])("is none if it is %s", (_, hex) => {
    const bytes = Buffer.from(hex, "hex");
    expect(decodeLeased(bytes)).toBeUndefined();
    expect(withoutLease(bytes)).toBe(bytes);
  });
});

test("no two fences are the same", () => {
  expect(new Set(Array.from({ length: 10_000 }, newFence)).size).toBe(10_000);
  expect(newFence()).toMatch(/^[A-Za-z0-9_-]{8}$/);
});
