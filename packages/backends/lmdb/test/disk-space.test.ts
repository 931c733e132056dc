import { mkdirSync, type StatsFs, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { DiskSpace } from "../src/disk-space.ts";
import { lmdb } from "../src/index.ts";

const freshPath = useFolder();

const MIB = 1024 * 1024;
const statfs = vi.hoisted(() => vi.fn<() => Partial<StatsFs>>());

vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  statfsSync: statfs,
}));

function disk(totalMiB: number, freeMiB: number): void {
  statfs.mockReturnValue({ bsize: 4_096, blocks: (totalMiB * MIB) / 4_096, bavail: (freeMiB * MIB) / 4_096 });
}

/** The space for a store that has nothing yet. */
function emptySpace(): DiskSpace {
  const path = freshPath();
  mkdirSync(path);
  writeFileSync(join(path, "data.mdb"), "");
  return new DiskSpace(join(path, "data.mdb"), () => 0n);
}

beforeEach(() => {
  statfs.mockReset();
});

describe("a write", () => {
  it("is refused if it would leave less than 16 MiB free", () => {
    disk(10_000, 20);
    const space = emptySpace();
    expect(space.claim(5 * MIB)).toBeUndefined();
    expect(space.claim(3 * MIB)).toBeTypeOf("function");
    expect(space.refusal()).toMatchObject({ code: "unavailable", retryable: true });
  });

  it("may fill nine tenths of a small disk", () => {
    disk(20, 3);
    expect(emptySpace().claim(0.9 * MIB)).toBeDefined();
    expect(emptySpace().claim(1.1 * MIB)).toBeUndefined();
  });

  it("goes on if the file system does not tell", () => {
    statfs.mockReturnValue({ bsize: 0, blocks: 0, bavail: 0 });
    expect(emptySpace().claim(900 * MIB)).toBeDefined();
  });
});

describe("a commit that fails for want of room", () => {
  it("makes writes need room within the file for a while: a quota is not told of", () => {
    vi.useFakeTimers();
    disk(10_000, 5_000);
    const space = emptySpace();
    space.overestimated();
    expect(space.claim(1)).toBeUndefined();
    expect(space.claimRemoval()).toBeUndefined();
    vi.advanceTimersByTime(20_000);
    expect(space.claim(1)).toBeDefined();
    vi.useRealTimers();
  });
});

describe("a claim", () => {
  it("counts between two looks at the disk", () => {
    // A busy machine would reach the time of the next look.
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    disk(10_000, 26);
    const space = emptySpace();
    for (let index = 0; index < 100; index++) expect(space.claim(10_000)).toBeDefined();
    expect(statfs).toHaveBeenCalledTimes(1);
    // The rest by the first look would not do, so there is a second one.
    expect(space.claim(9 * MIB)).toBeUndefined();
    expect(statfs).toHaveBeenCalledTimes(2);
  });

  it("counts until its bytes are written, however often the disk is looked at", () => {
    disk(10_000, 26);
    const space = emptySpace();
    const release = space.claim(6 * MIB);
    expect(space.claim(6 * MIB)).toBeUndefined();
    expect(space.claim(6 * MIB)).toBeUndefined();
    release?.();
    expect(space.claim(6 * MIB)).toBeDefined();
  });

  it("for a removal may use the reserve, and nothing that the disk does not have", () => {
    disk(10_000, 1);
    const space = emptySpace();
    const releases = Array.from({ length: 40 }, () => space.claimRemoval());
    expect(releases.filter((release) => release !== undefined)).toHaveLength(32);
    expect(space.claim(1)).toBeUndefined();
  });

  it("wakes the caller that waits for all to end", async () => {
    disk(10_000, 100);
    const space = emptySpace();
    const releases = [space.claim(1), space.claimClear()];
    const idle = space.claims.idle();
    expect(space.claims.isIdle).toBe(false);
    for (const release of releases) release?.();
    await idle;
    expect(space.claims.isIdle).toBe(true);
  });
});

it("a full disk lets entries be read and removed, and refuses new ones until there is space", async () => {
  disk(10_000, 100);
  const backend = cacheBackend(lmdb({ path: freshPath() }));
  await backend.set("key", cacheValue("value"));
  disk(10_000, 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const refusal = { code: "unavailable", backend: "lmdb" };
  await expect(backend.set("key", cacheValue("new"))).rejects.toMatchObject(refusal);
  expect((await backend.get("key"))?.data).toBe("value");
  expect(await backend.delete("key")).toMatchObject({ status: "deleted" });
  await backend.clear();
  disk(10_000, 100);
  await backend.set("key", cacheValue("newest"));
  expect((await backend.get("key"))?.data).toBe("newest");
  await backend.close();
});

it("without any room, a removal is refused too", async () => {
  disk(10_000, 100);
  const backend = cacheBackend(lmdb({ path: freshPath() }));
  await backend.set("key", cacheValue("value"));
  disk(10_000, 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(backend.delete("key")).rejects.toMatchObject({ code: "unavailable", retryable: true });
  await expect(backend.clear()).rejects.toMatchObject({ code: "unavailable" });
  expect((await backend.get("key"))?.data).toBe("value");
  await backend.close();
});
