import { join } from "node:path";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { mountVolume, succeeds, testClock, until, useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { DiskRoom } from "../src/disk-room.ts";
import { failureOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

const MIB = 2 ** 20;

describe("the room of a disk", () => {
  const roomOf = (mib: { free: number }) =>
    new DiskRoom(freshPath(), () => ({ blocks: 1_000, bsize: MIB, bavail: mib.free }));
  const codeOf = (run: () => void) => failureOf(run).then(({ code }) => code);

  it("is kept for removals and for the WAL, and comes back", async () => {
    const disk = { free: 8 };
    const room = roomOf(disk);
    room.claim(MIB, () => 0);
    expect(await codeOf(() => room.claim(2 * MIB, () => 0))).toBe("unavailable");
    disk.free = 20;
    room.claim(2 * MIB, () => 0);
  });

  it("is that of unused pages, as long as the WAL has room", async () => {
    const disk = { free: 4 };
    const room = roomOf(disk);
    expect(await codeOf(() => room.claim(MIB, () => MIB))).toBe("unavailable");
    room.claim(MIB, () => 3 * MIB);
    disk.free = 1;
    expect(await codeOf(() => room.claim(MIB, () => 3 * MIB))).toBe("unavailable");
  });

  it("is unknown on a file system that does not say", () => {
    new DiskRoom(freshPath(), () => ({ blocks: 0, bsize: 0, bavail: 0 })).claim(100 * MIB, () => 0);
  });
});

const VALUE = "x".repeat(20_000);

async function fill(tier: CacheBackend, now: () => number): Promise<number> {
  for (let count = 0; ; count++) {
    if (count > 2_000) throw new Error("more than the volume has room for");
    try {
      await tier.set(`${count}`, cacheValue(VALUE, { ttl: 1_000, now }));
    } catch (error) {
      expect(error).toMatchObject({ code: "unavailable" });
      return count;
    }
  }
}

// A real volume shows that SQLite never meets its end: a full WAL could neither be copied nor begun anew.
// Without the right to mount one, the tests above have to do.
it.each(["cleared", "expired"])(
  "a volume that was filled takes entries again when they are %s",
  async (how) => {
    const volume = freshPath();
    // Without the right to mount a volume, the tests of the room have to do.
    if (!mountVolume(volume, 16)) return;
    const clock = testClock(2_000_000_000_000);
    const sweepInterval = how === "expired" ? 5 : Number.POSITIVE_INFINITY;
    const tier = cacheBackend(open({ path: join(volume, "x.db"), now: clock.now, sweepInterval }));
    for (let round = 0; round < 3; round++) {
      expect(await fill(tier, clock.now)).toBeGreaterThan(100);
      if (how === "cleared") await tier.clear();
      clock.advance(10_000);
      await until(succeeds(() => tier.set("again", cacheValue(VALUE, { now: clock.now }))));
    }
    await tier.close();
  },
);
