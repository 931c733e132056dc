import type { StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

/** A store that changes something about each entry before it keeps it. */
function changing(change: (value: StoredValue, older: StoredValue | undefined) => Partial<StoredValue>) {
  return class extends MapBackend {
    override async write(key: string, value: StoredValue): Promise<void> {
      await super.write(key, { ...value, ...change(value, this.entries.get(key)) });
    }
  };
}

const TIMES = "times come back to the millisecond";
const FIELDS = "a store keeps every field of a stored value";
const TAGS = "tags come back in order, whatever characters they hold";
const LOAD = "the time of a load comes back, and none if there was none";
const BYTES = "every byte from 0 to 255 is kept, at every place";
const OVERWRITE = "an overwrite replaces data, times and tags, in both directions";

const floor = (instant: number | undefined): number | undefined =>
  instant === undefined ? undefined : Math.floor(instant / 1_000) * 1_000;

testFaults("stores: fields", {
  "keeps the old end on an overwrite": {
    backend: changing(({ expiresAt }, older) => ({ expiresAt: expiresAt ?? older?.expiresAt })),
    caughtBy: [
      OVERWRITE,
      "an overwrite takes the old end away",
      "a store keeps nothing of the entry that was there before",
    ],
  },
  "keeps the old stale mark on an overwrite": {
    backend: changing(({ staleAt }, older) => ({ staleAt: staleAt ?? older?.staleAt })),
    caughtBy: [OVERWRITE],
  },
  "keeps the old tags on an overwrite": {
    backend: changing(({ tags }, older) => ({ tags: tags ?? older?.tags })),
    caughtBy: [OVERWRITE, "setMany replaces what was there, and of equal keys the last one wins"],
  },
  "keeps the compressor of what was there before": {
    backend: changing(({ compressor }, older) => ({ compressor: compressor ?? older?.compressor })),
    caughtBy: ["a store keeps nothing of the entry that was there before"],
  },
  "keeps ends in whole seconds": {
    backend: changing(({ expiresAt }) => ({ expiresAt: floor(expiresAt) })),
    caughtBy: [TIMES, FIELDS],
  },
  "ends every entry a millisecond early": {
    backend: changing(({ expiresAt }) => ({ expiresAt: expiresAt && expiresAt - 1 })),
    caughtBy: [TIMES, "the end counts to the millisecond by the clock that core is given"],
  },
  "gives every entry an end": {
    backend: changing(({ expiresAt }) => ({ expiresAt: expiresAt ?? Date.now() + 3_600_000 })),
    caughtBy: ["an entry without a stale mark and without an end has neither when read"],
  },
  "keeps creation times in whole seconds": {
    backend: changing(({ createdAt }) => ({ createdAt: floor(createdAt) ?? 0 })),
    caughtBy: [FIELDS],
  },
  "keeps times in 32 bits of seconds": {
    backend: changing(({ expiresAt }) => ({
      expiresAt: expiresAt && Math.min(expiresAt, 0xffff_ffff * 1_000),
    })),
    caughtBy: ["the earliest and the farthest times are kept"],
  },
  "takes a creation time of 0 for none": {
    backend: changing(({ createdAt }) => ({ createdAt: createdAt || Date.now() })),
    caughtBy: ["the earliest and the farthest times are kept"],
  },
  "drops tags": { backend: changing(() => ({ tags: undefined })), caughtBy: [TAGS, FIELDS] },
  "joins tags with commas": {
    backend: changing(({ tags }) => ({ tags: tags?.join(",").split(",") })),
    caughtBy: [TAGS],
  },
  "keeps tags as a sorted set": {
    backend: changing(({ tags }) => ({ tags: tags && [...new Set(tags)].sort() })),
    caughtBy: [TAGS],
  },
  "drops the stale mark": { backend: changing(() => ({ staleAt: undefined })), caughtBy: [TIMES] },
  "drops the time of the load": {
    backend: changing(() => ({ loadMs: undefined })),
    caughtBy: [LOAD, FIELDS],
  },
  "takes a load of no time for none": {
    backend: changing(({ loadMs }) => ({ loadMs: loadMs || undefined })),
    caughtBy: [LOAD, FIELDS],
  },
  "drops a stale mark that lies in the past": {
    backend: changing(({ staleAt = 0 }) => ({ staleAt: staleAt < Date.now() ? undefined : staleAt })),
    caughtBy: ["a stale mark in the past, or after the end, is kept as it is"],
  },
  "fills in its own format": { backend: changing(() => ({ format: "json" })), caughtBy: [FIELDS] },
  "forgets the decoded size": { backend: changing(() => ({ decodedBytes: undefined })), caughtBy: [FIELDS] },
  "keeps payloads as UTF-8 text": {
    backend: changing(({ payload }) => ({ payload: Buffer.from(Buffer.from(payload).toString()) })),
    caughtBy: [BYTES],
  },
  "keeps 7 bits of every byte": {
    backend: changing(({ payload }) => ({ payload: payload.map((byte) => byte & 0x7f) })),
    caughtBy: [BYTES, "data comes back as it was set"],
  },
  "ends payloads at a zero byte": {
    backend: changing(({ payload }) => ({
      payload: payload.subarray(0, (payload.indexOf(0) + 1 || Infinity) - 1),
    })),
    caughtBy: [BYTES],
  },
  "cuts payloads at 64 KiB": {
    backend: changing(({ payload }) => ({ payload: payload.subarray(0, 65_536) })),
    caughtBy: [
      "a payload of 1 MiB, or of what the store allows, is kept",
      "a text of 1 MiB, or of what the store allows, is kept",
    ],
  },
  "keeps the whole buffer that a payload is a view of": {
    backend: changing(({ payload }) => ({ payload: new Uint8Array(payload.buffer) })),
    caughtBy: ["a payload that is a view into a larger buffer is stored without its surroundings"],
  },
});

testFaults("stores: empty payloads", {
  "takes an empty payload for none": {
    backend: class extends MapBackend {
      override async read(key: string): Promise<StoredValue | undefined> {
        const value = await super.read(key);
        return value?.payload.byteLength === 0 ? undefined : value;
      }
    },
    caughtBy: ["an empty payload is an entry"],
  },
});
