import type { BackendSupports } from "@hitbox/core";
import { type Disk, MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

const METHODS = "a method is there exactly where supports declares it";

function declaring(fields: Partial<BackendSupports>) {
  return class extends MapBackend {
    override readonly supports: BackendSupports = Object.freeze({
      ...new MapBackend(new Map(), "").supports,
      ...fields,
    });
  };
}

/** A backend on a disk of its own at each open: what one writes, no other sees. */
function forgetting(fields: Partial<BackendSupports>) {
  return class extends declaring(fields) {
    constructor(_: Disk, space: string) {
      super(new Map(), space);
    }
  };
}

const without = (method: "readMany" | "writeMany" | "removeMany" | "clear") =>
  class extends MapBackend {
    constructor(disk: Disk, space: string) {
      super(disk, space);
      Object.defineProperty(this, method, { value: undefined });
    }
  };

testFaults("stores: manifest", {
  "declares readMany without having it": { backend: without("readMany"), caughtBy: [METHODS] },
  "declares writeMany without having it": { backend: without("writeMany"), caughtBy: [METHODS] },
  "declares removeMany without having it": { backend: without("removeMany"), caughtBy: [METHODS] },
  "declares clear without having it": { backend: without("clear"), caughtBy: [METHODS] },
  "has clear but does not declare it": { backend: declaring({ clear: false }), caughtBy: [METHODS] },
  "has readMany but does not declare it": { backend: declaring({ readMany: false }), caughtBy: [METHODS] },
  "declares persistence and forgets": {
    backend: forgetting({ shared: false }),
    caughtBy: ["where entries are persistent, they are there after a close, with all that they had"],
  },
  "declares sharing and keeps to itself": {
    backend: forgetting({ persistent: false }),
    caughtBy: ["where entries are shared, two that are open at once see each other's writes and deletes"],
  },
  "shares and persists without saying so": {
    backend: declaring({ shared: false, persistent: false }),
    caughtBy: ["where entries are neither shared nor persistent, each open starts empty"],
  },
  "lets anyone change what it supports": {
    backend: class extends MapBackend {
      override readonly supports: BackendSupports = { ...new MapBackend(new Map(), "").supports };
    },
    caughtBy: ["supports cannot be changed"],
  },
  "lets anyone change its batch limits": {
    backend: declaring({ readMany: { max: 9 } }),
    caughtBy: ["supports cannot be changed"],
  },
  "declares a batch of none": {
    backend: declaring({ readMany: Object.freeze({ max: 0 }) }),
    caughtBy: ["supports has every field, of the right type"],
  },
  "leaves a field of supports out": {
    backend: declaring({ persistent: undefined as never }),
    caughtBy: ["supports has every field, of the right type"],
  },
  "declares a limit on keys that is none": {
    backend: declaring({ maxKeyBytes: Number.NaN }),
    caughtBy: ["supports has every field, of the right type"],
  },
  "cannot classify what it did not throw": {
    backend: class extends MapBackend {
      classify(error: unknown): undefined {
        return (error as { code: undefined }).code;
      }
    },
    caughtBy: ["classify answers for any error and never throws"],
  },
});
