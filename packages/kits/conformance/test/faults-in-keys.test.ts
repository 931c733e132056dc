import type { DeleteStatus, KeyFormat, StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

/** A store that takes some keys for others. */
function mapping(changeKey: (key: string) => string) {
  return class extends MapBackend {
    override read(key: string): Promise<StoredValue | undefined> {
      return super.read(changeKey(key));
    }

    override write(key: string, value: StoredValue): Promise<void> {
      return super.write(changeKey(key), value);
    }

    override remove(key: string): Promise<DeleteStatus> {
      return super.remove(changeKey(key));
    }
  };
}

const ALIKE = "keys that look alike are different keys";
const NEVER_SET = "a key that was never set is a miss, however much it looks like one that was";
const LONG = "long keys that differ in the last character are different keys";

const FAULTS: Readonly<Record<string, (key: string) => string>> = {
  "ignores case": (key) => key.toLowerCase(),
  "trims keys": (key) => key.trim(),
  "trims line ends": (key) => key.replace(/[\r\n]+$/, ""),
  "ends keys at NUL": (key) => key.replace(/\0.*$/s, ""),
  "normalises unicode": (key) => key.normalize("NFC"),
  "keeps keys as Latin-1": (key) => Buffer.from(key, "latin1").toString("latin1"),
  "decodes percent signs": (key) =>
    key.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`))),
  "normalises paths": (key) => key.replace(/\/+/g, "/").replace(/^\.\//, ""),
  "takes numbers for numbers": (key) =>
    Number.isNaN(Number(key)) || key.trim() === "" ? key : String(Number(key)),
  "drops a byte order mark": (key) => key.replace(/^\ufeff/, ""),
  "collapses doubled separators": (key) => key.replace(/:+/g, ":"),
};

testFaults("stores: keys", {
  ...Object.fromEntries(
    Object.entries(FAULTS).map(([name, changeKey]) => [
      name,
      { backend: mapping(changeKey), caughtBy: [ALIKE, NEVER_SET] },
    ]),
  ),
  "cuts keys at 199 characters": {
    backend: mapping((key) => key.slice(0, 199)),
    caughtBy: [ALIKE, LONG],
  },
  "has less room for keys than it declares": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        if (Buffer.byteLength(key) > 900) throw new Error("key too long");
        await super.write(key, value);
      }
    },
    caughtBy: ["a key as long as the limit is kept, and a longer one is refused as too-large"],
  },
  "counts a key's limit in characters": {
    backend: class extends MapBackend {
      override async write(key: string, value: StoredValue): Promise<void> {
        if (/[^\0-\x7f]/.test(key) && key.length > 300) throw new Error("key too long");
        await super.write(key, value);
      }
    },
    caughtBy: ["the limit on keys counts bytes of UTF-8, not characters"],
  },
  "has a key format that makes one key of two": {
    backend: class extends MapBackend {
      override readonly keyFormat: KeyFormat = { id: "slug", encode: (key) => key.replace(/\W+/g, "-") };
    },
    caughtBy: [ALIKE, NEVER_SET],
  },
  "keeps the first 255 bytes of a key": {
    backend: mapping((key) => Buffer.from(key).subarray(0, 255).toString("latin1")),
    caughtBy: [LONG],
  },
});
