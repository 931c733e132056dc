import { symlinkSync } from "node:fs";
import { relative } from "node:path";
import type { Backend, StoredValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

const text = (backend: Backend, key: string): string | undefined =>
  (backend.read(key) as StoredValue | undefined)?.payload.toString();

describe("two adapters on one path in one process", () => {
  it("see each other's writes and removes at once, however the path is spelt", async () => {
    const path = freshPath();
    const one = lmdb({ path });
    const link = freshPath();
    symlinkSync(path, link);
    const others = [lmdb({ path: relative(process.cwd(), path) }), lmdb({ path: link })];
    for (let round = 0; round < 50; round++) {
      for (const other of others) {
        expect(text(other, "key")).toBe(round === 0 ? undefined : `${round - 1}`);
      }
      await one.write("key", stored(`${round}`));
      for (const other of others) expect(text(other, "key")).toBe(`${round}`);
    }
    await others[0]?.remove("key");
    expect(text(one, "key")).toBeUndefined();
    await Promise.all([one, ...others].map((backend) => backend.close?.()));
  });

  it("outlive each other's close, and a close waits for its writes", async () => {
    const path = freshPath();
    const [one, two] = [lmdb({ path }), lmdb({ path })];
    const writing = Array.from({ length: 500 }, (_, index) =>
      one.write(`key ${index}`, stored(`${index}`, 9_000)),
    );
    await one.close?.();
    expect(text(two, "key 499")).toBe("499");
    await two.write("more", stored("more"));
    expect(text(two, "more")).toBe("more");
    await Promise.all(writing);
    await two.close?.();
    const three = lmdb({ path });
    expect(text(three, "key 250")).toBe("250");
    await three.close?.();
  });

  it("can be opened while an earlier one closes, again and again", async () => {
    const path = freshPath();
    for (let round = 0; round < 40; round++) {
      const backend = lmdb({ path });
      expect(text(backend, "key")).toBe(round === 0 ? undefined : `${round - 1}`);
      await backend.write("key", stored(`${round}`));
      void backend.write("unwaited", stored("x".repeat(9_000)));
      const closed = backend.close?.();
      if (round % 2 === 0) await closed;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
