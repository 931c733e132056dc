import type { StatsFs } from "node:fs";
import { BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DiskSpace } from "../src/disk-space.ts";
import { lmdb } from "../src/index.ts";
import { freshPath } from "./folder.ts";

const MIB = 1024 * 1024;
const statfs = vi.hoisted(() => vi.fn<() => Partial<StatsFs>>());

vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  statfsSync: statfs,
}));

function disk(totalMiB: number, freeMiB: number): void {
  statfs.mockReturnValue({ bsize: 4_096, blocks: (totalMiB * MIB) / 4_096, bavail: (freeMiB * MIB) / 4_096 });
}

const noFreePages = (): number => 0;

beforeEach(() => {
  statfs.mockReset();
});

describe("writing", () => {
  it("is refused where it would leave less than 16 MiB free", () => {
    disk(10_000, 20);
    const space = new DiskSpace("/disk", noFreePages);
    expect(() => space.claim(5 * MIB)).toThrow(BackendError);
    expect(() => space.claim(5 * MIB)).toThrow(
      expect.objectContaining({ code: "unavailable", retryable: true }),
    );
    expect(() => space.claim(3 * MIB)).not.toThrow();
    expect(() => new DiskSpace("/disk", noFreePages).claim(3 * MIB)).not.toThrow();
  });

  it("is counted between two looks at the disk", () => {
    disk(10_000, 26);
    const space = new DiskSpace("/disk", noFreePages);
    for (let index = 0; index < 100; index++) space.claim(10_000);
    expect(statfs).toHaveBeenCalledTimes(1);
    disk(10_000, 17);
    // What was left by the first look would not do, so there is a second one.
    expect(() => space.claim(9 * MIB)).toThrow("too little space");
    expect(statfs).toHaveBeenCalledTimes(2);
  });

  it("may fill nine tenths of a small disk", () => {
    disk(20, 3);
    expect(() => new DiskSpace("/disk", noFreePages).claim(0.9 * MIB)).not.toThrow();
    expect(() => new DiskSpace("/disk", noFreePages).claim(1.1 * MIB)).toThrow("too little space");
  });

  it("takes half of the free pages within the file, while half of the reserve is free", () => {
    disk(10_000, 16);
    expect(() => new DiskSpace("/disk", () => 4 * MIB).claim(1.9 * MIB)).not.toThrow();
    expect(() => new DiskSpace("/disk", () => 4 * MIB).claim(2.1 * MIB)).toThrow("too little space");
    disk(10_000, 7.9);
    expect(() => new DiskSpace("/disk", () => 4 * MIB).claim(1)).toThrow("too little space");
  });

  it("goes on if the file system does not tell", () => {
    statfs.mockReturnValue({ bsize: 0, blocks: 0, bavail: 0 });
    expect(() => new DiskSpace("/disk", noFreePages).claim(900 * MIB)).not.toThrow();
  });
});

it("on a full disk, entries are read and removed, and new ones refused until there is space again", async () => {
  disk(10_000, 100);
  const backend = cacheBackend(lmdb({ path: freshPath() }));
  await backend.set("key", cacheValue("value"));
  disk(10_000, 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(backend.set("key", cacheValue("new"))).rejects.toMatchObject({
    code: "unavailable",
    backend: "lmdb",
  });
  expect((await backend.get("key"))?.data).toBe("value");
  expect(await backend.delete("key")).toMatchObject({ status: "deleted" });
  await backend.clear();
  disk(10_000, 100);
  await backend.set("key", cacheValue("newest"));
  expect((await backend.get("key"))?.data).toBe("newest");
  await backend.close();
});
