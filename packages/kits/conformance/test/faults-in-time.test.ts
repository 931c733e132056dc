import { type DeleteStatus, deleted, missing, type StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

/** A store that drops entries when its own idea of their end has come. */
function dropping(isGone: (value: StoredValue, writtenAt: number) => boolean) {
  return class extends MapBackend {
    readonly writtenAt = new Map<string, number>();

    override async write(key: string, value: StoredValue): Promise<void> {
      this.writtenAt.set(key, Date.now());
      await super.write(key, value);
    }

    override async read(key: string): Promise<StoredValue | undefined> {
      const value = this.entries.get(key);
      if (value !== undefined && isGone(value, this.writtenAt.get(key) ?? 0)) this.entries.delete(key);
      return this.entries.get(key);
    }
  };
}

const SECONDS = "an entry of more than a second is a hit until its end, not until the full second before it";

testFaults("stores: time to live", {
  "counts time to live in whole seconds": {
    backend: dropping(({ expiresAt = Number.POSITIVE_INFINITY }, writtenAt) => {
      return Date.now() >= writtenAt + Math.floor((expiresAt - writtenAt) / 1_000) * 1_000;
    }),
    caughtBy: ["an entry of less than a second is a hit until its end and a miss from then on", SECONDS],
  },
  "cuts its end off to full seconds": {
    backend: dropping(({ expiresAt = Number.POSITIVE_INFINITY }) => {
      return Date.now() >= Math.floor(expiresAt / 1_000) * 1_000;
    }),
    caughtBy: [SECONDS],
  },
  "lets a timer of 32 bits overflow": {
    backend: dropping(
      ({ expiresAt = 0 }, writtenAt) => expiresAt - writtenAt > 0x7fff_ffff && expiresAt < 2 ** 50,
    ),
    caughtBy: ["an entry of 60 days is kept, and 25 days are not too many for a timer"],
  },
  "drops what is stale": {
    backend: dropping(({ staleAt = Number.POSITIVE_INFINITY }) => staleAt <= Date.now()),
    caughtBy: ["a stale mark in the past, or after the end, is kept as it is"],
  },
  "counts an expired entry as deleted": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        return this.entries.delete(key) ? deleted() : missing();
      }
    },
    caughtBy: ["a delete of an expired entry says missing", "removeMany counts an expired entry as missing"],
  },
  "still has the older entry when an expired one was set": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        const entry = this.entries.get(key);
        return entry === undefined ? missing() : deleted();
      }
    },
    caughtBy: [
      "an entry that has expired already is not stored, and the older one is removed",
      "setMany removes the keys of entries that have expired already",
      "a delete says that the entry was there, and takes it away",
    ],
  },
});
