import { cacheValue, type StoredValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectStored } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { noise, noiseText, sampleStored } from "../../sample.ts";
import type { Opened, Scene } from "../../scene.ts";
import { readAll, writeAll } from "./many.ts";

const MIB = 1024 * 1024;

export const payloads: Cases<Scene> = {
  "null, 0, false and empty values are hits": async ({ open }) => {
    const { cache } = await open();
    for (const data of [null, 0, false, "", [], {}]) {
      const value = cacheValue(data);
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
    }
  },

  "every byte from 0 to 255 is kept, at every place": async ({ open }) => {
    const raw = rawOf(await open());
    if (raw === undefined) return;
    const upwards = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    for (const payload of [upwards, upwards.toReversed()]) {
      await raw.write("key", sampleStored({ payload }));
      expectStored(await raw.read("key"), sampleStored({ payload }));
    }
    const single = Array.from(upwards, (byte) => sampleStored({ payload: Buffer.of(byte) }));
    const keys = single.map((_, byte) => `byte-${byte}`);
    await writeAll(
      raw,
      single.map((value, byte) => [keys[byte] as string, value]),
    );
    for (const [byte, answer] of (await readAll(raw, keys)).entries())
      expectStored(answer as StoredValue, single[byte] as StoredValue, `the entry of the byte ${byte}`);
  },

  "a payload that is a view into a larger buffer is stored without its surroundings": async ({ open }) => {
    const raw = rawOf(await open());
    const payload = Buffer.alloc(100, "outside").fill("inside", 40, 60).subarray(40, 60);
    await raw?.write("key", sampleStored({ payload }));
    if (raw) expectStored(await raw.read("key"), sampleStored({ payload }));
  },

  "an empty payload is an entry": async ({ open }) => {
    const raw = rawOf(await open());
    const stored = sampleStored({ payload: new Uint8Array(0), tags: ["t"] });
    await raw?.write("key", stored);
    if (raw) expectStored(await raw.read("key"), stored);
  },

  "a payload of 1 MiB, or of what the store allows, is kept": async ({ open }) => {
    const opened = await open();
    const raw = rawOf(opened);
    const stored = sampleStored({ payload: noise(roomFor(opened)) });
    await raw?.write("key", stored);
    if (raw) expectStored(await raw.read("key"), stored);
  },

  "a text of 1 MiB, or of what the store allows, is kept": async ({ open }) => {
    const opened = await open();
    const value = cacheValue(noiseText(roomFor(opened)));
    await opened.cache.set("key", value);
    await expectEntry(opened.cache, "key", value);
  },
};

/** 1 MiB, or less if the store has a smaller limit. Some stores count key and metadata into it: 4 KiB are left. */
function roomFor({ supports }: Opened): number {
  const { maxValueBytes = MIB + 4_096 } = supports;
  return Math.min(MIB, Math.max(1, maxValueBytes - 4_096));
}
