import { cacheBackend, cacheValue, json } from "@hitbox/core";
import { expect, it } from "vitest";
import { postgres } from "../src/index.ts";

// A statement has the bytes of a batch as hexadecimal text, and a text of V8 has 2^29 - 24 characters.

it("writes a batch in as many statements as keep each within 64 MiB of values", async () => {
  const written: { readonly keys: number; readonly characters: number }[] = [];
  const client = {
    query: async (_: string, [keys, values]: unknown[] = []) => {
      written.push({ keys: `${keys}`.split(",").length, characters: `${values}`.length });
      return { rows: [], rowCount: 0 };
    },
  };
  const format = json();
  const backend = cacheBackend(postgres({ client, format, sweepInterval: Number.POSITIVE_INFINITY }), {
    now: () => 1,
  });
  const large = "x".repeat(5 * 2 ** 20);
  const entries = Array.from(
    { length: 15 },
    (_, index) => [`k${index}`, cacheValue(large, { now: () => 1 })] as const,
  );
  await backend.setMany(entries);
  expect(written.reduce((sum, { keys }) => sum + keys, 0)).toBe(15);
  expect(written.length).toBeGreaterThan(1);
  for (const { characters } of written) expect(characters).toBeLessThan(2 ** 27 + 10_000);
});
