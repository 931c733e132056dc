import { setImmediate } from "node:timers/promises";
import { type DeleteStatus, missing } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import type { Disk } from "./support/map-backend.ts";
import { NativeBackend } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const AWAY = "an operation fails while the store is away, and no get is a miss";
const DONE = "a batch that is answered is done, though the store goes away meanwhile";

/** A backend of which one operation alone has an answer of its own while the store is away. */
function answering<Name extends "readMany" | "writeMany" | "removeMany" | "keys">(
  name: Name,
  answer: (asked: readonly string[]) => unknown,
) {
  return class extends NativeBackend {
    constructor(disk: Disk, space: string) {
      super(disk, space);
      const call = this[name].bind(this) as (...args: unknown[]) => Promise<unknown>;
      const caught = (...args: unknown[]) => call(...args).catch(() => answer(args[0] as string[]));
      Object.defineProperty(this, name, { value: caught });
    }
  };
}

testFaultsBeneath(
  "stores: operations while they are away",
  {
    "drops a batch of writes while the store is away": {
      backend: answering("writeMany", () => undefined),
      caughtBy: [AWAY],
    },
    "answers a batch with misses while the store is away": {
      backend: answering("readMany", (keys) => keys.map(() => undefined)),
      caughtBy: [AWAY],
    },
    "says that all keys of a batch are missing while the store is away": {
      backend: answering("removeMany", (keys) => keys.map(() => missing())),
      caughtBy: [AWAY],
    },
    "lists no key while the store is away": {
      backend: answering("keys", () => ({ keys: [], cursor: undefined })),
      caughtBy: [AWAY],
    },
    "reads a batch before it removes it, and drops an error of the removal": {
      backend: class extends NativeBackend {
        override async removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
          await this.readMany(keys);
          await setImmediate();
          const removals = keys.map((key) => this.remove(key).catch(() => missing()));
          return Promise.all(removals);
        }
      },
      caughtBy: [DONE],
    },
  },
  (faults) => quickly(faults, 0),
);
