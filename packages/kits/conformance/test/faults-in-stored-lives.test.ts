import type { StoredLease, StoredValue } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { NativeBackend } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const LIFE = "the store itself keeps an entry until its end, and not for ever";
const ENDLESS = "the store itself keeps an entry without an end for ever";
const OVERWRITE = "an overwrite changes how long the store itself keeps an entry";
const LEASED = "a lease does not change how long the store itself keeps an entry";
const FORGETS = "the store itself forgets a lease of a key without an entry";
const TAKES_AWAY = "an overwrite takes the old end away";
const IN_A_BATCH = "an overwrite in a batch, or with a fence, takes the old end away, too";
const RUNS_OUT = "a lease that runs out takes no entry with it";
const FAR = "an entry of 60 days is kept, and 25 days are not too many for a timer";

/** A backend that tells the store another life than that of the entry. */
function telling(lifeOf: (ms: number) => number) {
  return class extends NativeBackend {
    override lifeOf(value: StoredValue): number {
      return lifeOf(super.lifeOf(value));
    }
  };
}

const toSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
const FOR_EVER = Number.POSITIVE_INFINITY;

/** A backend with a column for the end that some writes leave as it is. */
function leavingEnd(isLeft: (call: "one" | "batch" | "fenced", before: number | undefined) => boolean) {
  return class extends NativeBackend {
    #call: "one" | "batch" | "fenced" = "one";

    override async write(key: string, value: StoredValue): Promise<void> {
      this.dropEnded(key);
      const before = this.beneath.ends.get(this.at(key));
      const call = this.#call;
      await super.write(key, value);
      if (before !== undefined && isLeft(call, before)) this.setEnd(key, before);
    }

    override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
      await Promise.all(entries.map(([key, value]) => this.#as("batch", () => this.write(key, value))));
    }

    override writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
      return this.#as("fenced", () => super.writeFenced(key, value, fence));
    }

    #as<T>(call: "batch" | "fenced", work: () => T): T {
      this.#call = call;
      try {
        return work();
      } finally {
        this.#call = "one";
      }
    }
  };
}

/** A backend that tells the store another life of an entry when it is leased. */
function leasing(change: (backend: NativeBackend, key: string, ms: number) => void) {
  return class extends NativeBackend {
    override async lease(key: string, ms: number): Promise<StoredLease> {
      const lease = await super.lease(key, ms);
      if (lease.granted) change(this, key, ms);
      return lease;
    }
  };
}

/** The quick tests look at no run as a whole: it takes a second. */
const first = <Fault>(faults: readonly Fault[]): readonly Fault[] => quickly(faults, 0);

testFaultsBeneath(
  "stores: lives",
  {
    "cuts a time to live off to full seconds": {
      backend: telling((ms) => toSeconds(ms)),
      caughtBy: [
        LIFE,
        "an entry of more than a second is a hit until its end, not until the full second before it",
      ],
    },
    "cuts a time to live off to full seconds, and takes 0 for no end": {
      backend: telling((ms) => toSeconds(ms) || FOR_EVER),
      caughtBy: [
        LIFE,
        "an entry of more than a second is a hit until its end, not until the full second before it",
      ],
    },
    "takes a time to live below a second for no end": {
      backend: telling((ms) => (ms < 1_000 ? FOR_EVER : ms)),
      caughtBy: [LIFE],
    },
    "tells the store milliseconds for seconds": { backend: telling((ms) => ms * 1_000), caughtBy: [LIFE] },
    "tells the store seconds for milliseconds": {
      backend: telling((ms) => ms / 1_000),
      caughtBy: [LIFE, "an entry of less than a second is a hit until its end and a miss from then on"],
    },
    "tells the store no time to live": { backend: telling(() => FOR_EVER), caughtBy: [LIFE] },
    "takes more than 30 days for a time on the clock": {
      backend: telling((ms) => (ms > 2_592_000_000 && ms < FOR_EVER ? ms - Date.now() : ms)),
      caughtBy: [LIFE, FAR],
    },
    "gives an entry without an end the default of its client": {
      backend: telling((ms) => (ms === FOR_EVER ? 60_000 : ms)),
      caughtBy: [ENDLESS],
    },
    "gives entries of a batch the life of the first one": {
      backend: class extends NativeBackend {
        override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
          await super.writeMany(entries);
          const first = entries[0];
          for (const [key] of entries) if (first) this.setEnd(key, Date.now() + this.lifeOf(first[1]));
        }
      },
      caughtBy: [LIFE, ENDLESS],
    },
    "gives an entry of a fenced write no end": {
      backend: class extends NativeBackend {
        override async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
          const isDone = await super.writeFenced(key, value, fence);
          if (isDone) this.setEnd(key, FOR_EVER);
          return isDone;
        }
      },
      caughtBy: [LIFE],
    },
    "keeps the old end in its column when an entry is overwritten": {
      backend: leavingEnd(() => true),
      caughtBy: [TAKES_AWAY, OVERWRITE],
    },
    "keeps the old end in its column when a batch overwrites an entry": {
      backend: leavingEnd((call) => call === "batch"),
      caughtBy: [IN_A_BATCH, OVERWRITE],
    },
    "keeps the old end in its column when a fenced write overwrites an entry": {
      backend: leavingEnd((call) => call === "fenced"),
      caughtBy: [IN_A_BATCH, OVERWRITE],
    },
    "keeps the later end in its column": {
      backend: leavingEnd((_, before = 0) => before > Date.now() + 30_000),
      caughtBy: [OVERWRITE],
    },
    "makes an entry immortal by a lease": {
      backend: leasing((backend, key) => backend.setEnd(key, FOR_EVER)),
      caughtBy: [LEASED],
    },
    "makes an entry immortal by the release of a lease": {
      backend: class extends NativeBackend {
        override async releaseLease(key: string, fence: string): Promise<void> {
          await super.releaseLease(key, fence);
          if (this.entries.has(key)) this.setEnd(key, FOR_EVER);
        }
      },
      caughtBy: [LEASED],
    },
    "ends an entry with its lease": {
      backend: leasing((backend, key, ms) => backend.setEnd(key, Date.now() + ms)),
      caughtBy: [RUNS_OUT, LEASED],
    },
    "keeps a lease without an entry for ever": {
      backend: class extends NativeBackend {
        override async lease(key: string, ms: number): Promise<StoredLease> {
          const lease = await super.lease(key, ms);
          if (lease.entry === undefined) this.disk.get(this.space)?.set(key, undefined as never);
          return lease;
        }
      },
      caughtBy: [FORGETS],
    },
  },
  first,
);
