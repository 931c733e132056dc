import { join } from "node:path";
import { fuzz } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/coherence/bus/bus-message.ts";
import { BusSenders } from "../../src/coherence/bus/bus-senders.ts";

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const SEEDS = [
  encodeMessage({ from: "a", seq: 1, every: 1_000, keys: ["key", "žluť", '"\\'] }),
  encodeMessage({ from: "b", seq: 0, every: 20 }),
  encodeMessage({ from: "c", seq: 2 ** 52, every: 0.5, keys: "all", bye: true }),
  '{"v":1,"from":["a"],"seq":"1","every":[1],"keys":{"length":1}}',
  '{"v":1,"__proto__":{"polluted":1},"from":"d","seq":1,"every":1e308}',
].map((text) => Buffer.from(text));

const senders = new BusSenders();

/** A message that is read is in bounds, and comes back as it was. Nothing is thrown. */
function read(bytes: Uint8Array): void {
  const message = decodeMessage(Buffer.from(bytes));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  if (message === undefined) return;
  expect(typeof message.from === "string" && message.from.length <= 64).toBe(true);
  expect(message.seq).toSatisfy(Number.isSafeInteger);
  expect(message.every).toSatisfy(Number.isFinite);
  if (message.keys !== undefined && message.keys !== "all")
    for (const key of message.keys) expect(typeof key).toBe("string");
  expect(decodeMessage(Buffer.from(encodeMessage(message)))).toEqual(message);
  expect(typeof senders.hear(message, performance.now())).toBe("boolean");
}

test(
  "fuzzing finds no fault in the reader of messages on the bus",
  async () => {
    const report = await fuzz({
      target: read,
      seeds: SEEDS,
      corpus: join(import.meta.dirname, "corpus/messages"),
      covers: (url) => /packages\/backends\/redis\/src\/coherence\//.test(url),
      seconds,
    });
    expect(report.runs).toBeGreaterThan(100);
    console.log(`messages: ${JSON.stringify(report)}`);
  },
  1_000 * (seconds + 120),
);
