import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentWorker } from "../src/worker-client.ts";
import { implementations } from "./implementations.ts";
import { runScript } from "./run-script.ts";

// Text of random digits: real work for either direction.
const LARGE = Buffer.from(randomBytes(1024 * 1024).toString("hex"));
const SMALL = Buffer.from("small ".repeat(100));

/** How often the event loop turned while `work` was under way: not at all, if it was done on this thread. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let turning: NodeJS.Immediate | undefined;
  const turn = (): void => {
    turns += 1;
    turning = setImmediate(turn);
  };
  turning = setImmediate(turn);
  await work;
  clearImmediate(turning);
  return turns;
}

describe.each(Object.entries(implementations))("%s", (_, from) => {
  it("compresses and decompresses large payloads while the event loop goes on", async () => {
    const compressor = from();
    await compressor.compressLarge?.(SMALL);
    expect(await turnsDuring(Promise.resolve(compressor.compressLarge?.(LARGE)))).toBeGreaterThan(0);
    const compressed = compressor.compress(LARGE);
    const reads = Promise.all(
      Array.from({ length: 6 }, () => compressor.decompressLarge?.(compressed, LARGE.byteLength)),
    );
    expect(await turnsDuring(reads)).toBeGreaterThan(0);
    expect(LARGE.equals((await reads)[5] as Uint8Array)).toBe(true);
  });
});

describe("the worker, where zstd-napi is all there is", () => {
  const compressor = (implementations["zstd-napi"] as (typeof implementations)[string])({ level: 12 });

  it("is one thread for all jobs, and leaves the caller's bytes alone", async () => {
    const view = LARGE.subarray(100, 200_100);
    await Promise.all([compressor.compressLarge?.(view), compressor.compressLarge?.(SMALL)]);
    const worker = currentWorker();
    await compressor.compressLarge?.(view);
    expect(currentWorker()).toBe(worker);
    expect(view.byteLength).toBe(200_000);
  });

  it("rejects its jobs when it dies, and is replaced", async () => {
    await compressor.compressLarge?.(SMALL);
    const worker = currentWorker() as Worker;
    const jobs = [1, 2, 3].map(() => compressor.compressLarge?.(LARGE));
    const ended = Promise.allSettled(jobs);
    await worker.terminate();
    expect((await ended).map(({ status }) => status)).toStrictEqual(["rejected", "rejected", "rejected"]);
    const compressed = (await compressor.compressLarge?.(SMALL)) as Uint8Array;
    expect(compressor.decompress(compressed, SMALL.byteLength)).toStrictEqual(SMALL);
    expect(currentWorker()).not.toBe(worker);
  });

  it("goes on after a job that failed", async () => {
    await expect(compressor.decompressLarge?.(SMALL, 10)).rejects.toThrow();
    expect((await compressor.compressLarge?.(SMALL))?.byteLength).toBeLessThan(SMALL.byteLength);
  });

  it("keeps the process alive while there is a job, and not after", async () => {
    const script = `
      import { availableSources, zstdFrom } from "../src/zstd.ts";
      const { compressLarge } = zstdFrom({ native: availableSources().native, node: undefined }, {});
      const { byteLength } = await compressLarge(Buffer.alloc(1 << 22, "abc"));
      console.log(byteLength < 10_000);
    `;
    expect(await runScript(script)).toBe("true\n");
  });

  beforeAll(() => compressor.compressLarge?.(SMALL));
  afterAll(async () => {
    const worker = currentWorker();
    if (worker) await Promise.all([once(worker, "exit"), worker.terminate()]);
  });
});
