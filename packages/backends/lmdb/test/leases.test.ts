import { cacheBackend, cacheValue, encodeEnvelope, FENCE_MS } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { acquireStore, type Store } from "../src/store.ts";
import { Sweeper } from "../src/sweeper.ts";
import { build, startChild } from "./child.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

describe("a lease", () => {
  let time: number;
  let path: string;
  let tier: ReturnType<typeof lmdb>;
  let store: Store;
  const cache = () => cacheBackend(tier);
  const bytesAt = (key: string) => store.entries.getBinary(Buffer.from(key));

  beforeEach(() => {
    time = Date.now();
    path = freshPath();
    tier = lmdb({ path, sweepInterval: Number.POSITIVE_INFINITY, now: () => time });
    store = acquireStore(path);
  });
  afterEach(async () => {
    await store.release();
    await tier.close?.();
  });

  it("ends after its time, and its fence does not", async () => {
    const first = await tier.lease?.("key", 1_000);
    time += 999;
    expect((await tier.lease?.("key", 1_000))?.granted).toBe(false);
    time += 1;
    expect(await tier.lease?.("key", 1_000)).toEqual({ ...first, granted: true });
    time += 2_000;
    expect(await tier.writeFenced?.("key", stored("value"), first?.fence ?? "")).toBe(true);
  });

  it("is not taken by a caller whose clock is behind, however long it is", async () => {
    expect((await tier.lease?.("key", FENCE_MS))?.granted).toBe(true);
    time -= 1_000;
    expect((await tier.lease?.("key", FENCE_MS))?.granted).toBe(false);
  });

  it("holds nobody up after the clock was set back by an hour", async () => {
    await tier.lease?.("key", 1_000);
    time -= 3_600_000;
    expect((await tier.lease?.("key", 1_000))?.granted).toBe(true);
    expect((await tier.lease?.("key", 1_000))?.granted).toBe(false);
  });

  it("is forgotten five minutes after it was granted last, and swept, if there is no entry", async () => {
    const { fence } = (await tier.lease?.("key", 1_000)) ?? { fence: "" };
    time += FENCE_MS - 1;
    expect(await tier.lease?.("key", 1_000)).toMatchObject({ fence, granted: true });
    const sweep = () => new Sweeper(store, () => time).sweep();
    time += FENCE_MS - 1;
    await sweep();
    expect(bytesAt("key")).toHaveLength(18);
    time += 1;
    expect(await tier.writeFenced?.("key", stored("too late"), fence)).toBe(false);
    await sweep();
    expect(bytesAt("key")).toBeUndefined();
    expect(store.expiries.getCount({})).toBe(0);
  });

  it("leaves an entry's bytes as they are, behind its own, and its expiry", async () => {
    const value = stored("value", time + 60_000);
    await tier.write("key", value);
    const { fence } = (await tier.lease?.("key", 1_000)) ?? { fence: "" };
    await tier.releaseLease?.("key", fence);
    await tier.lease?.("key", 1_000);
    expect(bytesAt("key")?.subarray(18)).toEqual(Buffer.from(encodeEnvelope(value)));
    expect(store.entries.getEntry(Buffer.from("key"))?.version).toBe(time + 60_000);
    time += 60_000;
    await new Sweeper(store, () => time).sweep();
    expect(bytesAt("key")).toBeUndefined();
    expect(store.expiries.getCount({})).toBe(0);
  });

  it("takes an expired entry that nobody has swept for none", async () => {
    await tier.write("key", stored("old", time + 10));
    time += 10;
    expect(await tier.lease?.("key", 1_000)).toMatchObject({ granted: true, entry: undefined });
    expect(tier.read("key")).toBeUndefined();
    expect(await tier.remove("key")).toEqual({ status: "missing" });
    expect(store.expiries.getCount({})).toBe(1);
  });

  it("is void once a write or a removal has been asked for, though it is still under way", async () => {
    const fence = async (key: string) => (await tier.lease?.(key, 1_000))?.fence ?? "";
    const [written, removed] = [await fence("written"), await fence("removed")];
    void tier.write("written", stored("newer"));
    void tier.remove("removed");
    expect(await tier.writeFenced?.("written", stored("too late"), written)).toBe(false);
    expect(await tier.writeFenced?.("removed", stored("too late"), removed)).toBe(false);
    const lease = tier.lease?.("key", 1_000);
    expect(await tier.remove("key")).toEqual({ status: "missing" });
    expect(await tier.writeFenced?.("key", stored("too late"), (await lease)?.fence ?? "")).toBe(false);
  });

  it("leaves an entry alone that cannot be read", async () => {
    await store.entries.put(Buffer.from("key"), Buffer.from("hello"), 0);
    await expect(cache().lease("key", 1_000)).rejects.toMatchObject({ code: "corrupt" });
    expect(bytesAt("key")?.toString()).toBe("hello");
  });

  it("holds for an entry of 5 MB, whatever is read next", async () => {
    const big = "x".repeat(5_000_000);
    await cache().set("key", cacheValue(big));
    const { fence, value } = await cache().lease("key", 1_000);
    expect(value?.data === big).toBe(true);
    expect((await cache().get("key"))?.data === big).toBe(true);
    expect(await cache().setFenced("key", cacheValue("small"), fence)).toBe(true);
    expect((await cache().get("key"))?.data).toBe("small");
  });
});

describe("processes on one store", () => {
  beforeAll(build);

  it("are granted a lease one at a time, and given one fence", { timeout: 30_000 }, async () => {
    const path = freshPath();
    const children = [1, 2, 3].map(() =>
      startChild(
        path,
        `
          const backend = cacheBackend(lmdb({ path }));
          say("ready");
          await hear();
          const keys = Array.from({ length: 25 }, (_, index) => "key" + index);
          const leases = await Promise.all(keys.map((key) => backend.lease(key, ${FENCE_MS})));
          say(JSON.stringify(leases.map(({ granted, fence }) => [granted, fence])));
          await backend.close();
          process.stdin.destroy();
        `,
      ),
    );
    for (const child of children) expect(await child.hear()).toBe("ready");
    for (const child of children) child.say("go");
    const heard = await Promise.all(children.map((child) => child.hear()));
    const answers = heard.map((line) => JSON.parse(line ?? "") as [granted: boolean, fence: string][]);
    for (let key = 0; key < 25; key++) {
      const ofKey = answers.map((leases) => leases[key] as [boolean, string]);
      expect(ofKey.filter(([granted]) => granted)).toHaveLength(1);
      expect(new Set(ofKey.map(([, fence]) => fence)).size).toBe(1);
    }
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  });

  it("get the lease of one that was killed when its time is over", { timeout: 30_000 }, async () => {
    const path = freshPath();
    const holder = startChild(
      path,
      `say(JSON.stringify(await cacheBackend(lmdb({ path })).lease("key", 60_000)));`,
    );
    const lease = JSON.parse((await holder.hear()) ?? "") as { fence: string };
    holder.kill("SIGKILL");
    await holder.ended;
    let ahead = 0;
    const cache = cacheBackend(lmdb({ path, now: () => Date.now() + ahead }));
    expect(await cache.lease("key", 1_000)).toMatchObject({ fence: lease.fence, granted: false });
    ahead = 60_000;
    expect(await cache.lease("key", 1_000)).toMatchObject({ fence: lease.fence, granted: true });
    await cache.close();
  });

  it("whose file cannot grow fail leases as unavailable, and nothing else", { timeout: 60_000 }, async () => {
    const child = startChild(
      freshPath(),
      `
        const backend = cacheBackend(lmdb({ path }));
        process.on("unhandledRejection", () => say("unhandled"));
        await backend.set("first", cacheValue("kept"));
        const errors = new Set();
        for (let index = 0; index < 120; index++) {
          await Promise.resolve(backend.set("key" + index, cacheValue("x".repeat(50_000))))
            .catch((error) => errors.add(error.code));
          await backend.lease("key" + index, 1_000).catch((error) => errors.add(error.code));
        }
        say([...errors].join());
        say((await backend.get("first")).data);
        await backend.close();
        say("closed");
        process.stdin.destroy();
      `,
      // Files of at most 4 MiB; the signal that says so is ignored, and the write fails.
      "trap '' XFSZ; ulimit -f 8192;",
    );
    const heard: (string | undefined)[] = [];
    for (let line = await child.hear(); line !== undefined; line = await child.hear()) heard.push(line);
    expect(heard).toStrictEqual(["unavailable", "kept", "closed"]);
    expect(await child.ended).toBe(0);
  });
});
