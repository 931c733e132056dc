import { type DeleteStatus, deleted, type StoredLease, type StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

const UNDECLARED = "leases are refused as unsupported where they are not declared";
const ONE_CALLER = "one caller at a time gets the lease, and all get the same fence";
const NO_ENTRY = "a lease is no entry";
const SHOWS = "a lease shows the entry that is there, and leaves it as it is";
const TAKES_EFFECT = "a fenced set takes effect where nothing has happened to the key";
const SET_VOIDS = "a set voids the fence, one by one or in a batch";
const DELETE_VOIDS = "a delete voids the fence, one by one or in a batch, whether there was an entry or not";
const CLEAR_VOIDS = "a clear voids every fence";
const ONE_SET = "of fenced sets at the same time one takes effect in the store, too";
const OWN_KEY = "a fence is good for its own key alone";
const NEXT_ONE = "a lease that was released, or has run out, is the next one's, and its fence still holds";

testFaults("stores: leases", {
  "fails to give one": {
    backend: class extends MapBackend {
      override async lease(): Promise<StoredLease> {
        throw new Error("no leases here");
      }
    },
    caughtBy: [UNDECLARED],
  },
  "grants a lease to everyone": {
    backend: class extends MapBackend {
      override async lease(key: string, ms: number): Promise<StoredLease> {
        return { ...(await super.lease(key, ms)), granted: true };
      }
    },
    caughtBy: [ONE_CALLER, SHOWS],
  },
  "gives each caller a fence of its own": {
    backend: class extends MapBackend {
      override async lease(key: string, ms: number): Promise<StoredLease> {
        const lease = await super.lease(key, ms);
        return { ...lease, fence: lease.granted ? lease.fence : `${lease.fence}+` };
      }
    },
    caughtBy: [ONE_CALLER],
  },
  "counts a lease as an entry when it is deleted": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        const leased = this.claims.has(this.at(key));
        const status = await super.remove(key);
        return leased ? deleted() : status;
      }
    },
    caughtBy: [NO_ENTRY],
  },
  "does not show the entry": {
    backend: class extends MapBackend {
      override async lease(key: string, ms: number): Promise<StoredLease> {
        return { ...(await super.lease(key, ms)), entry: undefined };
      }
    },
    caughtBy: [SHOWS],
  },
  "refuses every fenced set": {
    backend: class extends MapBackend {
      override async writeFenced(): Promise<boolean> {
        return false;
      }
    },
    caughtBy: [TAKES_EFFECT, ONE_SET],
  },
  "takes every fenced set": {
    backend: class extends MapBackend {
      override async writeFenced(key: string, value: StoredValue): Promise<boolean> {
        await this.write(key, value);
        return true;
      }
    },
    caughtBy: [SET_VOIDS, DELETE_VOIDS, CLEAR_VOIDS, ONE_SET, OWN_KEY],
  },
  "keeps the fence over a set": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        const claim = this.claims.get(this.at(key));
        await super.write(key, value);
        if (claim) this.claims.set(this.at(key), claim);
      }
    },
    caughtBy: [SET_VOIDS],
  },
  "looks at a fence and writes later": {
    backend: class extends MapBackend {
      override async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
        const holds = this.claims.get(this.at(key))?.fence === fence;
        await new Promise(setImmediate);
        if (holds) await this.write(key, value);
        return holds;
      }
    },
    caughtBy: [ONE_SET],
  },
  "releases whoever asks": {
    backend: class extends MapBackend {
      override async releaseLease(key: string): Promise<void> {
        const claim = this.claims.get(this.at(key));
        if (claim) claim.until = 0;
      }
    },
    caughtBy: [OWN_KEY],
  },
  "never releases": {
    backend: class extends MapBackend {
      override async releaseLease(): Promise<void> {}
    },
    caughtBy: [NEXT_ONE],
  },
});
