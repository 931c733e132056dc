import { hashed, keyText, text, urlEncoded } from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFields } from "./support/arbitrary-key.ts";

const anyText = fc.oneof(
  keyFields.map(keyText),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

describe.each([text(), urlEncoded()])("the key format $id", (format) => {
  test("is reversible, and so injective", async () => {
    await assertProperty(
      fc.property(anyText, (key) => {
        expect(format.decode?.(format.encode(key))).toBe(key);
      }),
      { runs: 5_000 },
    );
  });
});

describe("the key format url-encoded", () => {
  test("makes a valid path segment", async () => {
    await assertProperty(
      fc.property(anyText, (key) => {
        expect(urlEncoded().encode(key)).toMatch(/^(?:[A-Za-z0-9._~!'()*:=&-]|%[0-9A-F]{2})*$/);
      }),
    );
  });

  test("leaves the separators readable", () => {
    expect(urlEncoded().encode("user:v3:name=Zoë&a/b")).toBe("user:v3:name=Zo%C3%AB&a%2Fb");
  });
});

describe("the key format hashed", () => {
  test("is 43 URL-safe characters whatever the length", async () => {
    await assertProperty(
      fc.property(anyText, (key) => {
        expect(hashed().encode(key)).toMatch(/^[A-Za-z0-9_-]{43}$/);
      }),
    );
  });

  test("is SHA-256 in base64url", () => {
    // FIPS 180-4 example: SHA-256("abc") = ba7816bf…20015ad.
    expect(Buffer.from(hashed().encode("abc"), "base64url").toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test("has no inverse", () => {
    expect(hashed().decode).toBeUndefined();
  });
});
