import { hashed, keyText, text, urlEncoded } from "@hitbox/core";
import { anyCharacter, assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFields } from "./support/arbitrary-key.ts";

const anyText = fc.oneof(
  keyFields.map(keyText),
  fc.string({ unit: anyCharacter(fc) }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(".", "..", "...", ":.", ":..", "%3A.", "@."),
);
/** Any UTF-16, lone surrogates included: a tier in the process takes such keys too. */
const anyUtf16 = fc.oneof(
  anyText,
  fc
    .array(fc.constantFrom("\ud800", "\udbff", "\udc00", "\udfff", "\ufffd", "a", "ê", "\u{10000}"))
    .map((all) => all.join("")),
);

describe.each([text(), urlEncoded()])("the key format $id", (format) => {
  test("is reversible, and so injective", async () => {
    await assertProperty(
      fc.property(anyUtf16, (key) => {
        expect(format.decode?.(format.encode(key))).toBe(key);
      }),
      { runs: 1_000 },
    );
  });
});

describe("the key format url-encoded", () => {
  test("makes a valid path segment", async () => {
    await assertProperty(
      fc.property(anyUtf16, (key) => {
        expect(urlEncoded().encode(key)).toMatch(/^(?:[A-Za-z0-9._~!'()*:=&-]|%[0-9A-F]{2})*$/);
      }),
    );
  });

  test("makes no segment that a URL resolves to another path", async () => {
    const anyDots = fc.oneof(fc.string({ unit: fc.constantFrom(".", "%", "2", "E", "F") }), anyUtf16);
    await assertProperty(
      fc.property(anyDots, (key) => {
        const { pathname } = new URL(`http://host/a/${urlEncoded().encode(key)}/b`);
        expect(pathname.split("/").slice(0, 2)).toEqual(["", "a"]);
        expect(pathname.split("/")).toHaveLength(4);
        expect(urlEncoded().decode?.(urlEncoded().encode(key))).toBe(key);
      }),
      { runs: 400 },
    );
    expect([".", ".."].map((key) => urlEncoded().encode(key))).toEqual(["%3A.", "%3A.."]);
  });

  test.each([".", "..", "a", "...", "a/../b", ".%2e"])("makes a segment that a URL keeps, of %s", (key) => {
    const segment = urlEncoded().encode(key);
    expect(new URL(`https://example.com/cache/${segment}/end`).pathname).toBe(`/cache/${segment}/end`);
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

  test("tells apart keys that UTF-8 does not", () => {
    const keys = ["\ud800", "\udbff", "\ufffd", "\ud800a", "\ufffda", "\udc00\ud800"];
    expect(new Set(keys.map(hashed().encode)).size).toBe(keys.length);
  });

  test("has no inverse", () => {
    expect(hashed().decode).toBeUndefined();
  });
});
