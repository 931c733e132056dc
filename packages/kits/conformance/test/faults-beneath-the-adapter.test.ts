import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type DeleteStatus, deleted, missing, type StoredValue } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { LazyBackend } from "./support/lazy-backend.ts";
import type { Disk } from "./support/map-backend.ts";
import { NativeBackend } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const GONE = "a removed entry leaves nothing in the store";
const OVERWRITTEN = "an overwritten entry leaves nothing in the store";
const LEAVES = "where expiry is native, an entry that is over leaves the store";
const AWAY = "an operation fails while the store is away, and no get is a miss";
const CLASSIFY = "classify knows the errors of a store that is away";
const NO_MISS = "an entry that cannot be read is an error that says so, and no miss";
const ALONE = "an entry that cannot be read fails its own key alone, and not its batch";
const HEALED = "an entry that cannot be read can be overwritten and removed";
const CLIENT = "close ends the connections that the backend has opened, and no client that it was given";
const ALIVE = "nothing that a backend has begun keeps the process alive after its close";
const SWEEP = "a sweep takes the entries that have ended, and no live one";
const BESIDE = "many entries that end take no live entry with them";

/** A backend that removes expired entries by a rule of its own: in its sweep, and now and then at a write. */
function sweeping(isOver: (value: StoredValue) => boolean) {
  return class extends LazyBackend {
    #writes = 0;

    override sweep(): void {
      for (const [key, value] of [...this.entries]) if (isOver(value)) this.forget(key);
    }

    override async write(key: string, value: StoredValue): Promise<void> {
      await super.write(key, value);
      if (++this.#writes % 100 === 0) this.sweep();
    }
  };
}

/** A backend that does something else with an error of its store. */
function catching(answer: (method: string, error: unknown) => unknown) {
  return class extends NativeBackend {
    constructor(disk: Disk, space: string) {
      super(disk, space);
      for (const method of ["read", "remove", "write", "readMany"] as const) {
        const call = this[method].bind(this) as (...args: unknown[]) => Promise<unknown>;
        const caught = (...args: unknown[]) => call(...args).catch((error) => answer(method, error));
        Object.defineProperty(this, method, { value: caught });
      }
    }
  };
}

const rethrow = (error: unknown): never => {
  throw error;
};

/** The payload of an entry is the beginning of its bytes: so many. */
const sizes = new Map<string, number>();

/** The quick tests look at no run as a whole: it takes a second. */
const first = <Fault>(faults: readonly Fault[]): readonly Fault[] => quickly(faults, 0);

testFaultsBeneath(
  "stores: what stays in them",
  {
    "leaves a tombstone behind": {
      backend: class extends NativeBackend {
        override async remove(key: string): Promise<DeleteStatus> {
          const before = await this.read(key).catch(() => undefined);
          const status = await super.remove(key);
          if (before && status.status === "deleted") {
            await super.write(key, { ...before, expiresAt: 1 });
            this.setEnd(key, Number.POSITIVE_INFINITY);
          }
          return status;
        }
      },
      caughtBy: [GONE],
    },
    "appends a value to those before it": {
      backend: class extends NativeBackend {
        override async write(key: string, value: StoredValue): Promise<void> {
          const before = this.entries.get(key)?.payload ?? Buffer.alloc(0);
          sizes.set(this.at(key), value.payload.byteLength);
          await super.write(key, { ...value, payload: Buffer.concat([value.payload, before]) });
        }

        override async read(key: string): Promise<StoredValue | undefined> {
          const entry = await super.read(key);
          return entry && { ...entry, payload: entry.payload.subarray(0, sizes.get(this.at(key))) };
        }
      },
      caughtBy: [OVERWRITTEN],
    },
    "says that its store drops entries, and drops none": {
      backend: class extends NativeBackend {
        override setEnd(key: string): void {
          this.beneath.ends.set(this.at(key), Number.POSITIVE_INFINITY);
        }
      },
      caughtBy: ["the store itself keeps an entry until its end, and not for ever", LEAVES],
    },
    "sweeps what is stale": {
      backend: sweeping(({ staleAt = Number.POSITIVE_INFINITY }) => staleAt <= Date.now()),
      caughtBy: [SWEEP, BESIDE],
    },
    "sweeps what has no end": {
      backend: sweeping(({ expiresAt = 0 }) => expiresAt <= Date.now()),
      caughtBy: [SWEEP, BESIDE],
    },
    "sweeps by age": {
      backend: sweeping(
        ({ createdAt, expiresAt }) => expiresAt !== undefined && createdAt < Date.now() - 86_400_000,
      ),
      caughtBy: [SWEEP, BESIDE],
    },
    "sweeps nothing": { backend: sweeping(() => false), caughtBy: [SWEEP] },
  },
  first,
);

testFaultsBeneath(
  "stores: entries that cannot be read",
  {
    "answers an entry that it cannot read with a miss": {
      backend: catching((method, error) =>
        (error as { code?: string }).code === "corrupt" && method === "read" ? undefined : rethrow(error),
      ),
      caughtBy: [NO_MISS],
    },
    "fails with an error of another kind for an entry that it cannot read": {
      backend: catching((_, error) => {
        throw (error as { code?: string }).code === "corrupt" ? new SyntaxError("unexpected end") : error;
      }),
      caughtBy: [NO_MISS],
    },
    "fails a batch for one bad entry": {
      backend: class extends NativeBackend {
        override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
          return Promise.all(keys.map((key) => this.read(key)));
        }
      },
      caughtBy: [ALONE],
    },
    "answers a bad entry of a batch with a miss": {
      backend: class extends NativeBackend {
        override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
          return Promise.all(keys.map((key) => this.read(key).catch(() => undefined)));
        }
      },
      caughtBy: [ALONE],
    },
    "reads an entry before it removes it, and fails": {
      backend: class extends NativeBackend {
        override async remove(key: string): Promise<DeleteStatus> {
          await this.read(key);
          return super.remove(key);
        }
      },
      caughtBy: [HEALED],
    },
    "reads an entry before it overwrites it, and fails": {
      backend: class extends NativeBackend {
        override async write(key: string, value: StoredValue): Promise<void> {
          if (this.beneath.damaged.has(this.at(key))) await this.read(key);
          await super.write(key, value);
        }
      },
      caughtBy: [HEALED],
    },
  },
  first,
);

testFaultsBeneath(
  "stores: connections",
  {
    "turns every error of a read into a miss": {
      backend: catching((method, error) => (method === "read" ? undefined : rethrow(error))),
      caughtBy: [NO_MISS, AWAY],
    },
    "turns an error of the connection into a miss": {
      backend: catching((method, error) =>
        method.startsWith("read") && (error as { code?: string }).code === "ECONNRESET"
          ? method === "read"
            ? undefined
            : []
          : rethrow(error),
      ),
      caughtBy: [AWAY],
    },
    "says that a key is missing while the store is away": {
      backend: catching((method, error) => (method === "remove" ? missing() : rethrow(error))),
      caughtBy: [AWAY],
    },
    "says that a key is deleted while the store is away": {
      backend: catching((method, error) => (method === "remove" ? deleted() : rethrow(error))),
      caughtBy: [AWAY],
    },
    "drops a write while the store is away": {
      backend: catching((method, error) => (method === "write" ? undefined : rethrow(error))),
      caughtBy: [AWAY],
    },
    "has a classify that knows nothing": {
      backend: class extends NativeBackend {
        override classify(): undefined {
          return undefined;
        }
      },
      caughtBy: [CLASSIFY],
    },
    "has a classify that calls everything corrupt": {
      backend: class extends NativeBackend {
        override classify(): "corrupt" {
          return "corrupt";
        }
      },
      caughtBy: [CLASSIFY],
    },
    "closes a client that it was given": { backend: NativeBackend, client: "given", caughtBy: [CLIENT] },
    "leaves a connection of its own open": {
      backend: class extends NativeBackend {
        override async close(): Promise<void> {}
      },
      caughtBy: [CLIENT],
    },
    "leaves a timer running after its close": {
      backend: class extends NativeBackend {
        constructor(disk: Disk, space: string) {
          super(disk, space);
          setTimeout(() => undefined, 5_000);
        }
      },
      caughtBy: [ALIVE],
    },
    "leaves a socket open after its close": {
      backend: class extends NativeBackend {
        constructor(disk: Disk, space: string) {
          super(disk, space);
          const server = createServer().listen(0, "127.0.0.1");
          setTimeout(() => server.close(), 20_000).unref();
        }
      },
      caughtBy: [ALIVE],
    },
    "leaves the deadline of a call running": {
      backend: class extends NativeBackend {
        override async read(key: string): Promise<StoredValue | undefined> {
          void sleep(5_000);
          return super.read(key);
        }
      },
      caughtBy: [ALIVE],
    },
  },
  first,
);
