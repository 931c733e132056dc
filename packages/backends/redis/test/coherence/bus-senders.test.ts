import { anyCharacter, assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/coherence/bus/bus-message.ts";
import { BusSenders } from "../../src/coherence/bus/bus-senders.ts";

const from = "sender";
const every = 1_000;

describe("the account of senders", () => {
  it("notices every message that was lost before one that is heard", async () => {
    await assertProperty(
      fc.property(fc.array(fc.record({ isLost: fc.boolean(), isBeat: fc.boolean() })), (sent) => {
        const senders = new BusSenders();
        let seq = 0;
        let isMissing = false;
        for (const { isLost, isBeat } of sent) {
          if (!isBeat) seq += 1;
          if (isLost) {
            if (!isBeat) isMissing = true;
            continue;
          }
          const message = { from, seq, every, ...(!isBeat && { keys: ["key"] }) };
          expect(senders.hear(message, 0)).toBe(!isMissing);
          isMissing = false;
        }
      }),
    );
  });

  it("forgets who is silent for three times its pace, and tells of those only who had something to say", () => {
    const senders = new BusSenders();
    senders.hear({ from: "idle", seq: 0, every: 10 }, 0);
    senders.hear({ from: "quick", seq: 1, every: 10, keys: "all" }, 0);
    senders.hear({ from: "slow", seq: 1, every: 100, keys: [] }, 0);
    expect(senders.forgetSilent(30)).toBe(false);
    expect(senders.forgetSilent(31)).toBe(true);
    expect(senders.forgetSilent(300)).toBe(false);
    expect(senders.forgetSilent(301)).toBe(true);
    expect(senders.forgetSilent(302)).toBe(false);
  });

  it("keeps account of a bounded number, and calls more of them a gap", () => {
    const senders = new BusSenders();
    const heard = Array.from({ length: 10_001 }, (_, id) =>
      senders.hear({ from: `${id}`, seq: 1, every, keys: [] }, 0),
    );
    expect(heard.lastIndexOf(true)).toBe(9_999);
    expect(heard.at(-1)).toBe(false);
  });
});

describe("a message", () => {
  it("comes back as it was, whatever its keys hold", async () => {
    const names = fc.array(fc.string({ unit: anyCharacter(fc) }), { maxLength: 1_000 });
    const keys = fc.oneof(fc.constant("all" as const), names);
    await assertProperty(
      fc.property(keys, fc.nat(), (changed, seq) => {
        const message = { from, seq, every, keys: changed };
        expect(decodeMessage(Buffer.from(encodeMessage(message)))).toMatchObject(message);
      }),
    );
  });

  it.each([
    "",
    "null",
    "5",
    "{}",
    '{"v":1}',
    '{"v":1,"from":"a","seq":-1,"every":1}',
    '{"v":1,"from":"a","seq":1,"every":0}',
  ])("that cannot be read is none: %s", (text) => {
    expect(decodeMessage(Buffer.from(text))).toBeUndefined();
  });

  const honest = { v: 1, from, seq: 1, every, keys: ["key"] };

  it.each([
    ["a name of 65 characters", { ...honest, from: "n".repeat(65) }],
    ["1,001 keys", { ...honest, keys: Array(1_001).fill("k") }],
    ["16 MiB of keys", { ...honest, keys: ["k".repeat(2 ** 24)] }],
    ["a key that is a number", { ...honest, keys: [1] }],
    ["an endless pace", { ...honest, every: 2 ** 31 }],
    ["a pace in text", { ...honest, every: "5" }],
  ])("a message that holds %s is unreadable", (_, message) => {
    expect(decodeMessage(Buffer.from(JSON.stringify(honest)))).toBeDefined();
    expect(decodeMessage(Buffer.from(JSON.stringify(message)))).toBeUndefined();
  });
});
