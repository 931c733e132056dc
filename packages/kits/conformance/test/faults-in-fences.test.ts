import { setImmediate } from "node:timers/promises";
import type { StoredLease, StoredValue } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { NativeBackend } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const VOIDED = "a fence that another user has voided stays void when that user is given a new one";
const UNDER_WAY = "a fenced write does not undo a removal by another user that comes while it is under way";
const OUTLASTS = "a lease outlasts the entry that it was given over, and its fence holds";

/** A backend that looks at the fence in one step, which takes it, and writes in another. */
function later(turns: number) {
  return class extends NativeBackend {
    override async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
      if (this.claims.get(this.at(key))?.fence !== fence) return false;
      this.void(key);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      await this.write(key, value);
      return true;
    }
  };
}

testFaultsBeneath(
  "stores: fences",
  {
    "counts fences in each process": {
      backend: class extends NativeBackend {
        #fences = 0;

        override async lease(key: string, ms: number): Promise<StoredLease> {
          const at = this.at(key);
          if (!this.claims.has(at)) this.claims.set(at, { fence: `${++this.#fences}`, until: 0 });
          return super.lease(key, ms);
        }
      },
      caughtBy: [VOIDED],
    },
    "takes a fence, and writes a turn later": { backend: later(1), caughtBy: [UNDER_WAY] },
    "takes a fence, and writes some turns later": { backend: later(4), caughtBy: [UNDER_WAY] },
    "ends a lease with the entry under it": {
      backend: class extends NativeBackend {
        override dropEnded(key: string): void {
          const wasThere = this.entries.has(key);
          super.dropEnded(key);
          if (wasThere && !this.entries.has(key)) this.void(key);
        }
      },
      caughtBy: [OUTLASTS],
    },
  },
  (faults) => quickly(faults, 0),
);
