import { expect, it } from "vitest";
import {
  type BackendError,
  encodeEnvelope,
  type Store,
  type StoredValue,
  storeBackend,
} from "../src/index.ts";

const SERVERS = ["a", "b", "c"];
const KEYS = Array.from({ length: 40 }, (_, index) => `${SERVERS[(index * 7) % 3]}${index}`);
const serverOf = (key: string): string => key.charAt(0);
const entryOf = (key: string): StoredValue => ({
  ...{ payload: Buffer.from(key), decodedBytes: key.length, format: "json", compressor: undefined },
  ...{ createdAt: 1, staleAt: undefined, expiresAt: undefined, tags: undefined },
});

type GetMany = NonNullable<Store["getMany"]>;

/** A store whose servers answer with their keys, but those that `instead` answers for. */
function setUp(instead: Record<string, GetMany> = {}) {
  const asked: (readonly string[])[] = [];
  const raw = storeBackend(
    {
      ...{ label: "servers", shared: true, persistent: false, expiry: "none", serverOf, maxBatch: 10 },
      ...{ get: () => undefined, set: () => undefined, delete: () => undefined },
      async getMany(keys) {
        asked.push(keys);
        const answer = instead[serverOf(keys[0] ?? "")];
        return answer ? answer(keys) : keys.map((key) => encodeEnvelope(entryOf(key)));
      },
    },
    { timeout: 20 },
  );
  return { raw, asked };
}

const shown = (found: Awaited<ReturnType<typeof read>>) =>
  found.map((each) => (each instanceof Error ? (each as BackendError).code : String(each?.payload)));
const read = async (raw: ReturnType<typeof storeBackend>) => (await raw.readMany?.(KEYS)) ?? [];

it("each server is asked for its own keys, and answers come in the order of the keys", async () => {
  const { raw, asked } = setUp();
  expect(shown(await read(raw))).toEqual(KEYS);
  expect(asked.flat().sort()).toEqual([...KEYS].sort());
  for (const part of asked) expect([new Set(part.map(serverOf)).size, part.length <= 10]).toEqual([1, true]);
});

it.each<[string, string, GetMany]>([
  ["is silent", "timeout", () => new Promise(() => {})],
  ["fails", "internal", () => Promise.reject(new Error("no route"))],
])("a server that %s fails its own keys alone, as %s", async (_, code, answer) => {
  const { raw } = setUp({ b: answer });
  expect(shown(await read(raw))).toEqual(KEYS.map((key) => (serverOf(key) === "b" ? code : key)));
});

it("a batch fails if every server does", async () => {
  const refuse: GetMany = () => Promise.reject(new Error("no route"));
  const { raw } = setUp({ a: refuse, b: refuse, c: refuse });
  await expect(read(raw)).rejects.toMatchObject({ code: "internal" });
});
