import { cacheBackend, cacheValue } from "@hitbox/core";
import { until } from "@hitbox/test-support";
import { expect, it, vi } from "vitest";
import { createTable, mysql } from "../src/index.ts";
import { Packets, type Row } from "../src/packets.ts";
import { statements } from "../src/sql.ts";
import { FAR_DEADLINE, freshTable, useServer } from "./support.ts";

const { client, url } = useServer(["max-allowed-packet=1M"]);
const MINUTES = 120_000;

/** A table of 500 expired entries, whose keys together are larger than a statement may be. */
async function expiredEntries() {
  const table = freshTable();
  await createTable({ client: client(), table });
  const options = { url: url(), table, timeout: FAR_DEADLINE, sweepInterval: Number.POSITIVE_INFINITY };
  const keys = Array.from({ length: 500 }, (_, index) => `${index}-`.padEnd(2_500, "x"));
  const backend = cacheBackend(mysql(options));
  await backend.setMany(keys.map((key) => [key, cacheValue("value", { ttl: 1_000 })] as const));
  const rows = async (): Promise<number> => {
    const [[row]] = (await client().query(`SELECT COUNT(*) AS rest FROM ${table}`)) as unknown as [
      [{ rest: number }],
    ];
    return row.rest;
  };
  return { backend, keys, options, rows, table };
}

it("reads, sweeps and deletes many long keys in statements that the server takes", async () => {
  const { backend, keys, options, rows } = await expiredEntries();
  const later = (): number => Date.now() + MINUTES;
  const sweeping = mysql({ ...options, sweepInterval: 50, now: later });
  expect(await rows()).toBe(500);
  await until(async () => (await rows()) === 0);
  await sweeping.close?.();
  await backend.setMany(keys.map((key) => [key, cacheValue("value")] as const));
  expect((await backend.getMany(keys)).every((found) => found?.data === "value")).toBe(true);
  await backend.deleteMany(keys);
  expect(await rows()).toBe(0);
  await backend.close();
});

it("tells of a sweep that fails", async () => {
  const { backend, options, table } = await expiredEntries();
  await backend.close();
  await client().query(`DROP TABLE ${table}`);
  const onError = vi.fn();
  const sweeping = mysql({ ...options, sweepInterval: 50, onError });
  await until(() => onError.mock.calls.length > 0);
  const message = expect.stringMatching(
    /^mysql: a sweep failed, so expired entries stay until the next one: /,
  );
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ backend: "mysql", message });
  await sweeping.close?.();
});

it("cuts a batch before its statement is too long for a text, however much the server takes", async () => {
  const answer = { rows: [{ bytes: 2 ** 30 }], count: 1 };
  const packets = new Packets({ run: async () => answer } as never, statements("hitbox"));
  const large = { byteLength: 8 * 2 ** 20 } as Uint8Array;
  const rows = Array.from({ length: 40 }, (): Row => [Buffer.from("key"), large, null, Buffer.alloc(8)]);
  const parts = await packets.fit(rows);
  expect(parts.flat()).toEqual(rows);
  // Bytes are written as two characters each, and a text has 2^29 - 24 at most.
  for (const part of parts) expect(2 * part.length * large.byteLength).toBeLessThan(2 ** 29 - 24);
});
