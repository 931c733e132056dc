import { type DeleteStatus, deleted, missing, type StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

const DELETE = "a delete says that the entry was there, and takes it away";

testFaults("stores: deletes", {
  "counts two for one entry": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        return (await super.remove(key)).status === "deleted" ? deleted(2) : missing();
      }
    },
    caughtBy: ["a single store counts one for an entry that it removed"],
  },
  "says missing when it has deleted": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        await super.remove(key);
        return missing();
      }
    },
    caughtBy: [DELETE, "a delete takes the one key that it names, however awkward"],
  },
  "says deleted when there was nothing": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        await super.remove(key);
        return deleted();
      }
    },
    caughtBy: ["a delete of a key that was never set, or is deleted already, says missing"],
  },
  "deletes every key that starts alike": {
    backend: class extends MapBackend {
      override async remove(key: string): Promise<DeleteStatus> {
        const status = await super.remove(key);
        for (const other of [...this.entries.keys()]) if (other.startsWith(key)) this.entries.delete(other);
        return status;
      }
    },
    caughtBy: ["a delete takes the one key that it names, however awkward"],
  },
});

const SOMETHING: StoredValue = {
  payload: Buffer.from("null"),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: undefined,
  tags: undefined,
};

const READ_MANY = "readMany takes as many keys as declared and answers in their order";
const GET_MANY = "getMany answers in order, with misses and repeated keys, below, at and above the limit";

testFaults("stores: batches", {
  "answers readMany in the order of its own": {
    backend: class extends MapBackend {
      override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
        return super.readMany(keys.toReversed());
      }
    },
    caughtBy: [READ_MANY, GET_MANY, "gets of one moment are answered each with its own entry"],
  },
  "leaves misses out of readMany": {
    backend: class extends MapBackend {
      override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
        return (await super.readMany(keys)).filter((value) => value !== undefined);
      }
    },
    caughtBy: [READ_MANY],
  },
  "loses the last of a full readMany": {
    backend: class extends MapBackend {
      override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
        const read = await super.readMany(keys);
        return keys.length === 9 ? read.with(-1, undefined) : read;
      }
    },
    caughtBy: [READ_MANY, GET_MANY],
  },
  "refuses a batch of more than a megabyte": {
    backend: class extends MapBackend {
      override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
        const bytes = entries.reduce((sum, [, { payload }]) => sum + payload.byteLength, 0);
        if (bytes > 1_000_000) throw new Error("request too large");
        await super.writeMany(entries);
      }
    },
    caughtBy: ["setMany sets large entries, and getMany gets them: 2 MiB together, or what the store allows"],
  },
  "loses the last of a full writeMany": {
    backend: class extends MapBackend {
      override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
        await super.writeMany(entries.slice(0, 6));
      }
    },
    caughtBy: [
      "writeMany takes as many entries as declared and leaves nothing of older ones",
      "setMany sets every entry, below, at and above the limit",
    ],
  },
  "gathers writeMany in an object": {
    backend: class extends MapBackend {
      override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
        const gathered: Record<string, StoredValue> = {};
        for (const [key, value] of entries) gathered[key] = value;
        await super.writeMany(Object.entries(gathered));
      }
    },
    caughtBy: ["awkward keys travel in batches too"],
  },
  "has an entry under every key": {
    backend: class extends MapBackend {
      override async read(key: string): Promise<StoredValue | undefined> {
        return (await super.read(key)) ?? { ...SOMETHING };
      }
    },
    caughtBy: ["a new space is empty", "spaces with names that look alike share no entry"],
  },
  "keeps what was there where writeMany meets it": {
    backend: class extends MapBackend {
      override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
        await super.writeMany(entries.filter(([key]) => !this.entries.has(key)));
      }
    },
    caughtBy: ["setMany replaces what was there, and of equal keys the last one wins"],
  },
  "counts every key of removeMany as deleted": {
    backend: class extends MapBackend {
      override async removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
        await super.removeMany(keys);
        return keys.map(() => deleted());
      }
    },
    caughtBy: [
      "removeMany takes as many keys as declared and answers in their order",
      "deleteMany answers in order, with misses and repeated keys, below, at and above the limit",
    ],
  },
});
