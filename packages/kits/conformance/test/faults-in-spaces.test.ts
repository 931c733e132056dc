import type { DeleteStatus, StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

/** All spaces in one map, as in one Redis database, told apart by a prefix. */
function prefixing(separator: string) {
  return class extends MapBackend {
    override get entries(): Map<string, StoredValue> {
      const entries = this.disk.get("all") ?? new Map<string, StoredValue>();
      this.disk.set("all", entries);
      return entries;
    }

    override read(key: string): Promise<StoredValue | undefined> {
      return super.read(this.space + separator + key);
    }

    override write(key: string, value: StoredValue): Promise<void> {
      return super.write(this.space + separator + key, value);
    }

    override remove(key: string): Promise<DeleteStatus> {
      return super.remove(this.space + separator + key);
    }

    override async clear(): Promise<void> {
      const own = this.space + separator;
      for (const key of [...this.entries.keys()]) if (key.startsWith(own)) this.entries.delete(key);
    }
  };
}

/** A store that is given a namespace, and takes it off the keys that begin with it. */
function stripping(separator: string) {
  return class extends MapBackend {
    override read(key: string): Promise<StoredValue | undefined> {
      return super.read(this.stripped(key));
    }

    override write(key: string, value: StoredValue): Promise<void> {
      return super.write(this.stripped(key), value);
    }

    override remove(key: string): Promise<DeleteStatus> {
      return super.remove(this.stripped(key));
    }

    stripped(key: string): string {
      const start = this.space + separator;
      return key.startsWith(start) ? key.slice(start.length) : key;
    }
  };
}

const CLEAR = "clear empties the space, or is refused as unsupported and leaves it";
const OTHERS = "clear leaves every other space alone";

testFaults("stores: spaces", {
  "puts nothing between the space and the key": {
    backend: prefixing(""),
    caughtBy: ["a key that starts like another space's name is not that space's", OTHERS],
  },
  ...Object.fromEntries(
    [":", "::", "/"].map((separator) => [
      `takes its own name and "${separator}" off a key`,
      {
        backend: stripping(separator),
        caughtBy: ["a key that starts with the name of its own space is a key of its own"],
      },
    ]),
  ),
  "clears spaces whose names start alike": {
    backend: class extends prefixing(":") {
      override async clear(): Promise<void> {
        for (const key of [...this.entries.keys()]) if (key.startsWith(this.space)) this.entries.delete(key);
      }
    },
    caughtBy: [OTHERS],
  },
  "clears all spaces": {
    backend: class extends MapBackend {
      override async clear(): Promise<void> {
        this.disk.clear();
      }
    },
    caughtBy: [OTHERS],
  },
  "has one space whatever its name": {
    backend: class extends MapBackend {
      override get entries(): Map<string, StoredValue> {
        const entries = this.disk.get("all") ?? new Map<string, StoredValue>();
        this.disk.set("all", entries);
        return entries;
      }
    },
    caughtBy: [
      "spaces with names that look alike share no entry",
      "a delete in one space leaves the same key of another",
    ],
  },
  "answers a clear without doing it": {
    backend: class extends MapBackend {
      override async clear(): Promise<void> {}
    },
    caughtBy: [CLEAR, "a cleared space can be used again, and cleared again"],
  },
  "leaves one entry at a clear": {
    backend: class extends MapBackend {
      override async clear(): Promise<void> {
        for (const key of [...this.entries.keys()].slice(1)) this.entries.delete(key);
      }
    },
    caughtBy: [CLEAR, "a cleared space can be used again, and cleared again"],
  },
  "clears one page of keys only": {
    backend: class extends MapBackend {
      override async clear(): Promise<void> {
        for (const key of [...this.entries.keys()].slice(0, 100)) this.entries.delete(key);
      }
    },
    caughtBy: [CLEAR],
  },
  "keeps keys with glob characters at a clear": {
    backend: class extends MapBackend {
      override async clear(): Promise<void> {
        for (const key of [...this.entries.keys()]) if (!/[*?[\]]/.test(key)) this.entries.delete(key);
      }
    },
    caughtBy: [CLEAR],
  },
});
