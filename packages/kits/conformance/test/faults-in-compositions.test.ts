import { setImmediate } from "node:timers/promises";
import {
  BackendError,
  type CacheContext,
  type CacheValue,
  cacheBackend,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { asTier, type TierBackend } from "@hitbox/core/tier";
import { MapBackend } from "./support/map-backend.ts";
import { testTypedFaults } from "./support/planted.ts";
import { TypedWrapper, wrapping } from "./support/typed-wrapper.ts";

const HIT = "a hit says so in the context, with its source and the tiers that were asked";
const PATH = "inside a composition the same entries are there, under a longer path";
const CLOSED = "every operation after close fails with closed";

testTypedFaults("typed: time", {
  "serves what has expired": {
    open: (disk, space) => cacheBackend(new MapBackend(disk, space), { now: () => Date.now() - 30_000 }),
    caughtBy: [
      "an entry of 1 ms is gone after it, and the older entry with it",
      "no read that starts at the end, or after it, is a hit",
      "an overwrite gives an endless entry its end",
      "an entry that has expired already is not stored, and the older one is removed",
    ],
  },
});

testTypedFaults("typed: order", {
  "lets a small write overtake a large one": {
    open: wrapping(
      class extends TypedWrapper {
        override async set<T>(key: KeyLike, value: CacheValue<T>): Promise<void> {
          if (JSON.stringify(value.data).length > 100) await setImmediate();
          return this.inner.set(key, value);
        }
      },
    ),
    caughtBy: ["writes of a key that are asked for at once take effect in their order"],
  },
});

testTypedFaults("typed: contexts", {
  "says nothing in the context": {
    open: wrapping(
      class extends TypedWrapper {
        override get<T>(key: KeyLike): MaybePromise<CacheValue<T> | undefined> {
          return this.inner.get<T>(key);
        }
      },
    ),
    caughtBy: [HIT],
  },
  "names another source": {
    open: wrapping(
      class extends TypedWrapper {
        override async get<T>(key: KeyLike, context?: CacheContext): Promise<CacheValue<T> | undefined> {
          const value = await this.inner.get<T>(key, context);
          if (context) context.source = "elsewhere";
          return value;
        }
      },
    ),
    caughtBy: [HIT, "a miss leaves status and source as they are"],
  },
  "calls every set a hit": {
    open: wrapping(
      class extends TypedWrapper {
        override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
          if (context) context.status = "hit";
          return this.inner.set(key, value, context);
        }
      },
    ),
    caughtBy: ["sets and deletes say in the context which tiers they reached"],
  },
  "keeps its own path inside a composition": {
    open: wrapping(
      class extends TypedWrapper {
        override asTierOf(): TierBackend {
          return this;
        }
      },
    ),
    caughtBy: [PATH],
  },
  "opens a second store inside a composition": {
    open: (disk, space) => {
      const Elsewhere = class extends TypedWrapper {
        override asTierOf(parent: string): TierBackend {
          return asTier(new MapBackend(disk, `${space}-within`)).asTierOf(parent);
        }
      };
      return wrapping(Elsewhere)(disk, space);
    },
    caughtBy: [PATH],
  },
  "has a label with a dot": {
    open: wrapping(
      class extends TypedWrapper {
        override readonly label = "my.store";
      },
    ),
    caughtBy: ["the label is 1–64 characters of A-Z a-z 0-9 _ -"],
  },
});

testTypedFaults("typed: closing", {
  "works on after close": {
    open: wrapping(
      class extends TypedWrapper {
        override async close(): Promise<void> {}
      },
    ),
    caughtBy: [CLOSED, "await using closes"],
  },
  "fails at a second close": {
    open: wrapping(
      class extends TypedWrapper {
        closed = false;

        override async close(): Promise<void> {
          if (this.closed) throw new BackendError("closed", "closed already", { backend: this.label });
          this.closed = true;
          await this.inner.close();
        }
      },
    ),
    caughtBy: ["a second close does nothing, at once or later"],
  },
  "cannot be closed before it is used": {
    open: wrapping(
      class extends TypedWrapper {
        used = false;

        override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
          this.used = true;
          return this.inner.get<T>(key, context);
        }

        override async close(): Promise<void> {
          if (!this.used) throw new Error("not connected");
          await this.inner.close();
        }
      },
    ),
    caughtBy: ["a backend that was never used can be closed"],
  },
  "fails with its client's error while it closes": {
    open: wrapping(
      class extends TypedWrapper {
        closing = false;

        override async get<T>(key: KeyLike, context?: CacheContext): Promise<CacheValue<T> | undefined> {
          const value = await this.inner.get<T>(key, context);
          if (this.closing) throw new Error("socket closed");
          return value;
        }

        override close(): Promise<void> {
          this.closing = true;
          return this.inner.close();
        }
      },
    ),
    caughtBy: ["what is in flight at a close settles, and fails with nothing but a BackendError"],
  },
  "answers after close with its client's error": {
    open: wrapping(
      class extends TypedWrapper {
        override async get<T>(key: KeyLike, context?: CacheContext): Promise<CacheValue<T> | undefined> {
          try {
            return await this.inner.get<T>(key, context);
          } catch {
            throw new Error("not connected");
          }
        }
      },
    ),
    caughtBy: [CLOSED],
  },
});

testTypedFaults("typed: keys and batches", {
  "takes a key for its prefix": {
    open: wrapping(
      class extends TypedWrapper {
        override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
          return this.inner.set(typeof key === "string" ? key : key.prefix, value, context);
        }
      },
    ),
    caughtBy: ["a cacheKey and its text name the same entry"],
  },
  "cannot answer an empty batch": {
    open: wrapping(
      class extends TypedWrapper {
        override async getMany<T>(keys: readonly KeyLike[]): Promise<(CacheValue<T> | undefined)[]> {
          if (keys.length === 0) throw new Error("wrong number of arguments for MGET");
          return this.inner.getMany<T>(keys);
        }
      },
    ),
    caughtBy: ["empty batches are answered with nothing"],
  },
  "removes the old entry before it looks at the new one": {
    open: wrapping(
      class extends TypedWrapper {
        override async set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): Promise<void> {
          await this.inner.delete(key);
          await this.inner.set(key, value, context);
        }
      },
    ),
    caughtBy: [
      "a value over the limit is refused as too-large, and the old entry stays",
      "data that the format cannot hold is refused as serialization, and the old entry stays",
    ],
  },
  "can be taken for a raw backend": {
    open: wrapping(
      class extends TypedWrapper {
        read(key: string): unknown {
          return this.inner.get(key);
        }
      },
    ),
    caughtBy: ["a method is there exactly where supports declares it"],
  },
});
