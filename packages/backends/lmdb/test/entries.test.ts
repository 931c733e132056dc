import type { Backend, DeleteStatus } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

let backend: Backend;
let time: number;

beforeEach(() => {
  time = 1_000;
  backend = lmdb({ path: freshPath(), now: () => time });
});
afterEach(() => backend.close?.());

const text = (key: string): string | undefined => {
  const entry = backend.read(key) as { payload: Uint8Array } | undefined;
  return entry && Buffer.from(entry.payload).toString();
};

describe("keys", () => {
  it("are kept apart to the byte", async () => {
    const keys = [
      "\0",
      "\0\0",
      "a",
      "a\0",
      "a\0b",
      "ab",
      "ключ",
      "k\u0301",
      "ḱ",
      "😀",
      " ",
      "\uFEFFa",
      "x".repeat(1_969),
    ];
    await Promise.all(keys.map((key) => backend.write(key, stored(key))));
    expect(keys.map(text)).toStrictEqual(keys);
  });

  it("may have 1,970 bytes, and not one more", async () => {
    const longest = "é".repeat(985);
    await backend.write(longest, stored("longest", 2_000));
    expect(text(longest)).toBe("longest");
    expect(await backend.remove(longest)).toMatchObject({ status: "deleted" });
    const error: unknown = await Promise.resolve(
      backend.write(`${longest}x`, stored("too long", 2_000)),
    ).catch((e) => e);
    expect(backend.classify?.(error)).toBe("too-large");
  });
});

describe("values", () => {
  it.each([0, 1, 4_000, 32_768, 32_769, 70_000, 5_000_000])("come back whole: %i bytes", async (size) => {
    const payload = Buffer.alloc(size, "0123456789abcdef");
    await backend.write("before", stored("before"));
    await backend.write("key", stored(payload));
    await backend.write("after", stored("after"));
    const found = backend.read("key") as { payload: Uint8Array };
    // What was read stays what it was, whatever is read next.
    expect([text("before"), text("after")]).toStrictEqual(["before", "after"]);
    expect(payload.equals(found.payload)).toBe(true);
  });

  it("belong to their reader", async () => {
    await backend.write("key", stored("value"));
    (backend.read("key") as { payload: Uint8Array }).payload.fill(0);
    expect(text("key")).toBe("value");
  });
});

describe("writes", () => {
  it("are there once their promise resolves", async () => {
    for (let round = 0; round < 200; round++) {
      await backend.write("key", stored(`value ${round}`, round % 2 === 0 ? 9_000 : undefined));
      expect(text("key")).toBe(`value ${round}`);
    }
  });

  it("take effect in the order in which they were asked for, awaited or not", async () => {
    const answers: (Promise<DeleteStatus> | DeleteStatus)[] = [];
    for (let round = 0; round < 300; round++) {
      void backend.write("key", stored(`a${round}`, 5_000));
      answers.push(backend.remove("key"));
      void backend.write("key", stored(`b${round}`));
      void backend.write("key", stored(`c${round}`, 6_000));
      if (round % 3 === 0) answers.push(backend.remove("key"));
    }
    await backend.write("other", stored("last"));
    expect(text("key")).toBe("c299");
    const statuses = new Set((await Promise.all(answers)).map(({ status }) => status));
    expect([...statuses]).toStrictEqual(["deleted"]);
  });

  it("that were under way at a clear are gone after it, and later ones stay", async () => {
    void backend.write("before", stored("1", 5_000));
    const cleared = backend.clear?.();
    void backend.write("after", stored("2", 5_000));
    await cleared;
    await backend.write("last", stored("3"));
    expect([text("before"), text("after"), text("last")]).toStrictEqual([undefined, "2", "3"]);
  });
});

describe("a remove", () => {
  it("tells deleted from missing", async () => {
    await backend.write("key", stored("value"));
    const answers = [await backend.remove("key"), await backend.remove("key"), await backend.remove("other")];
    expect(answers.map(({ status }) => status)).toStrictEqual(["deleted", "missing", "missing"]);
  });

  it("of an expired entry finds none, and takes it away all the same", async () => {
    await backend.write("key", stored("value", 1_500));
    time = 1_500;
    expect(text("key")).toBe("value");
    expect(await backend.remove("key")).toStrictEqual({ status: "missing" });
    expect(text("key")).toBeUndefined();
  });

  it("sees the entry that replaces an expired one, though its write is still under way", async () => {
    await backend.write("key", stored("old", 1_500));
    time = 2_000;
    void backend.write("key", stored("new", 3_000));
    const removed = backend.remove("key");
    void backend.write("key", stored("newest", 3_000));
    expect(await removed).toStrictEqual({ status: "deleted", count: 1 });
    await backend.write("other", stored("last"));
    expect(text("key")).toBe("newest");
  });
});
