import { statSync } from "node:fs";
import { join } from "node:path";
import { useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

it("the file of a store whose entries come and go stops growing", { timeout: 60_000 }, async () => {
  const path = freshPath();
  let time = 0;
  const backend = lmdb({ path, now: () => time, sweepInterval: 2 });
  const bytes = (): number => statSync(join(path, "data.mdb")).size;
  // 500 live entries of about 5 KB; each round replaces 50, removes 50, and lets 50 expire.
  const rounds = async (from: number, to: number): Promise<void> => {
    for (time = from; time < to; time++) {
      const at = (offset: number): string => `key ${(time * 150 + offset) % 500}`;
      const writes = Array.from({ length: 100 }, (_, index) =>
        backend.write(
          at(index),
          stored("x".repeat(4_500 + ((time * 31 + index) % 1_000)), index < 50 ? time + 3 : undefined),
        ),
      );
      const removes = Array.from({ length: 50 }, (_, index) => backend.remove(at(100 + index)));
      await Promise.all([...writes, ...removes]);
    }
  };
  await rounds(1, 150);
  const settled = bytes();
  await rounds(150, 600);
  expect(bytes()).toBeLessThan(settled * 1.5);
  expect(bytes()).toBeLessThan(40_000_000);
  await backend.close?.();
});
