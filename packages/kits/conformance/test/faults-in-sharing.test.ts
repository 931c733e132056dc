import { setTimeout as sleep } from "node:timers/promises";
import type { StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

testFaults("stores: what is shared in memory", {
  "answers every read with one buffer": {
    backend: class extends MapBackend {
      readonly buffer = new Uint8Array(2_000_000);

      override async read(key: string): Promise<StoredValue | undefined> {
        const value = await super.read(key);
        if (value === undefined) return undefined;
        this.buffer.set(value.payload);
        return { ...value, payload: this.buffer.subarray(0, value.payload.byteLength) };
      }
    },
    caughtBy: ["a later read or write does not change what an earlier read gave"],
  },
  "writes into the buffer of the entry that was there": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        const older = this.entries.get(key);
        if (older?.payload.byteLength !== value.payload.byteLength) return super.write(key, value);
        older.payload.set(value.payload);
        this.entries.set(key, { ...value, payload: older.payload });
      }
    },
    caughtBy: ["a later read or write does not change what an earlier read gave"],
  },
  "changes the payload that it is handed": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        await super.write(key, value);
        value.payload.fill(0);
      }
    },
    caughtBy: ["a store leaves what it is handed as it is"],
  },
});

const MODEL = "a long run of all operations agrees with a Map at every step";
const NEWEST = "a read that starts after a write is never answered by one that started before";

testFaults("stores: what is in flight", {
  "shares a read with those who come later": {
    backend: class extends MapBackend {
      readonly reading = new Map<string, Promise<StoredValue | undefined>>();

      override read(key: string): Promise<StoredValue | undefined> {
        const reading = this.reading.get(key) ?? this.#slowly(key);
        this.reading.set(key, reading);
        return reading;
      }

      async #slowly(key: string): Promise<StoredValue | undefined> {
        const value = this.entries.get(key);
        await sleep(2);
        this.reading.delete(key);
        return value;
      }
    },
    caughtBy: [NEWEST, "a read that starts after a delete misses, whatever was in flight"],
  },
  "answers a write before it can be read": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        setImmediate(() => void super.write(key, value));
      }
    },
    caughtBy: [NEWEST, "each of many writers reads what it wrote and misses what it deleted"],
  },
  "lets the first of two writes win": {
    backend: class extends MapBackend {
      readonly writing = new Set<string>();

      override async write(key: string, value: StoredValue): Promise<void> {
        if (this.writing.has(key)) return;
        this.writing.add(key);
        await super.write(key, value);
        setImmediate(() => this.writing.delete(key));
      }
    },
    caughtBy: ["an awaited write wins over every earlier one"],
  },
  "goes on serving what was deleted": {
    backend: class extends MapBackend {
      readonly cached = new Map<string, StoredValue>();

      override async read(key: string): Promise<StoredValue | undefined> {
        const value = this.cached.get(key) ?? (await super.read(key));
        if (value !== undefined) this.cached.set(key, value);
        return value;
      }

      override async write(key: string, value: StoredValue): Promise<void> {
        this.cached.delete(key);
        await super.write(key, value);
      }
    },
    caughtBy: [
      MODEL,
      "each of many writers reads what it wrote and misses what it deleted",
      "a deleted key can be set again",
    ],
  },
  "remembers misses": {
    backend: class extends MapBackend {
      readonly missed = new Set<string>();

      override async read(key: string): Promise<StoredValue | undefined> {
        const value = this.missed.has(key) ? undefined : await super.read(key);
        if (value === undefined) this.missed.add(key);
        return value;
      }
    },
    caughtBy: ["a key that was never set is a miss, however much it looks like one that was", MODEL],
  },
  "writes metadata and payload apart": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        const { payload, ...rest } = value;
        const older = this.entries.get(key);
        if (older) this.entries.set(key, { ...older, payload });
        await sleep(1);
        this.entries.set(key, { ...(this.entries.get(key) ?? value), ...rest });
      }
    },
    caughtBy: ["hundreds of operations at once on few keys give whole values only"],
  },
});

testFaults("stores: closing", {
  "empties a shared space at its close": {
    backend: class extends MapBackend {
      async close(): Promise<void> {
        this.entries.clear();
      }
    },
    caughtBy: [
      "where entries are shared, closing one leaves the other at work",
      "where entries are persistent, they are there after a close, with all that they had",
    ],
  },
});
