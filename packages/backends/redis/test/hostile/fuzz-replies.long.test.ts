import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Backend, encodeEnvelope } from "@hitbox/core";
import { fuzz, uncaught } from "@hitbox/test-support";
import { createClient } from "node-redis6";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisClient, type RedisOptions, redis } from "../../src/index.ts";
import { entry } from "../support.ts";
import { type LyingServer, startLyingServer } from "./lying-server.ts";

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const TIMEOUT = 40;
/** Milliseconds in which an operation must have settled, on a busy machine too. */
const FAR = 5_000;

let server: LyingServer;
beforeAll(async () => {
  server = await startLyingServer();
});
afterAll(() => server.close());

type Tier = Required<Backend>;
const listener = { changed() {}, lost() {}, restored() {} };

/** Each takes the reply of a lying server. Those at the end listen to it for a while. */
const OPERATIONS: readonly ((tier: Tier) => unknown)[] = [
  (tier) => tier.read("key"),
  (tier) => tier.readMany(["a", "b"]),
  (tier) => tier.write("key", entry("value")),
  (tier) => tier.writeMany([["a", entry("1", { expiresAt: Date.now() + 60_000 })]]),
  (tier) => tier.remove("key"),
  (tier) => tier.removeMany(["a", "b"]),
  (tier) => tier.lease("key", 1_000),
  (tier) => tier.writeFenced("key", entry("value"), "00000000000000000000000000000000"),
  (tier) => tier.clear(),
  listenTo,
  listenTo,
];

async function listenTo(tier: Tier): Promise<void> {
  const stop = tier.watch(listener);
  await wait(25);
  stop();
}

const COHERENCE: Readonly<Record<number, "tracking" | "bus">> = { 9: "tracking", 10: "bus" };

const LIBRARIES: Readonly<Record<string, (options: object) => Promise<[Tier, () => unknown]>>> = {
  async ioredis(options) {
    return [redis({ url: `redis://127.0.0.1:${server.port}`, ...options } as RedisOptions) as Tier, () => {}];
  },
  async "node-redis"(options) {
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
    client.on("error", () => {});
    await client.connect();
    const tier = redis({ client: client as unknown as RedisClient, ...options } as RedisOptions) as Tier;
    return [tier, () => client.isOpen && client.destroy()];
  },
};

const resp = (...words: readonly (string | Uint8Array)[]): string =>
  words.map((word) => `$${word.length}\r\n${Buffer.from(word).toString("latin1")}\r\n`).join("");

const stored = encodeEnvelope(entry("value"));
const REPLIES = [
  ["$-1\r\n", resp(stored)],
  [`*2\r\n$-1\r\n${resp(stored)}`, "*0\r\n"],
  ["+OK\r\n", "-READONLY no\r\n", "-MOVED 1 127.0.0.1:1\r\n"],
  ["+OK\r\n", "-LOADING no\r\n"],
  [":1\r\n:1\r\n", ":0\r\n", "+QUEUED\r\n"],
  [":1\r\n:1\r\n:0\r\n:0\r\n"],
  [`*3\r\n:1\r\n${resp("Abc-_123")}$-1\r\n`, "-NOSCRIPT no\r\n"],
  [":1\r\n", "-NOPERM no\r\n"],
  [`*2\r\n${resp("0")}*1\r\n${resp("hitbox::key")}`, `*2\r\n${resp("7")}*0\r\n`],
  [`*1\r\n${resp("hitbox::key")}`, "*1\r\n:5\r\n", "*-1\r\n", ">2\r\n+invalidate\r\n_\r\n"],
  ['{"v":1,"from":"a","seq":1,"every":1000,"keys":["a"]}', '{"v":1,"from":"b","seq":0,"every":1,"bye":true}'],
];
const ODD = [
  "*4294967296\r\n",
  "$99999999999\r\n",
  "%1\r\n+a\r\n",
  "#t\r\n,1.5\r\n(12\r\n",
  "=5\r\ntxt:a\r\n",
  "!1\r\na\r\n",
];
const SEEDS = REPLIES.flatMap((replies, operation) =>
  [...replies, ...ODD].map((reply) => Buffer.concat([Buffer.of(operation, 3), Buffer.from(reply, "latin1")])),
);

test.each(Object.entries(LIBRARIES))(
  "a lying server over %s fails an operation, and nothing else",
  async (library, open) => {
    const errors = uncaught();
    const read = async (bytes: Uint8Array): Promise<void> => {
      const [operation = 0, split = 0, ...lie] = bytes;
      const index = operation % OPERATIONS.length;
      server.lie = [lie.slice(0, split), lie.slice(split)].map((part) => Buffer.from(part));
      const coherence = COHERENCE[index];
      const options = { timeout: TIMEOUT, onWarning() {}, ...(coherence && { coherence }) };
      const [tier, close] = await open(options);
      const run = Promise.resolve(OPERATIONS[index]?.(tier));
      const outcome = await Promise.race([run.then(() => "fine", problemOf), wait(FAR, "hangs")]);
      await Promise.race([tier.close(), wait(FAR)]);
      close();
      await wait(0);
      expect(outcome).toMatch(/^(fine|error)$/);
      expect(errors.splice(0)).toEqual([]);
    };
    const report = await fuzz({
      target: read,
      seeds: SEEDS,
      batch: 50,
      corpus: join(import.meta.dirname, "corpus", library),
      covers: (url) => /packages\/backends\/redis\/(src|dist)\//.test(url),
      seconds,
    });
    expect(report.runs).toBeGreaterThan(100);
    console.log(`${library}: ${JSON.stringify(report)}`);
  },
  1_000 * (seconds + 120),
);

function problemOf(error: unknown): string {
  return error instanceof Error ? "error" : `not an error: ${typeof error}`;
}
