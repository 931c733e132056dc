import { type Format, json, type StoredValue } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

function formatted(format: Format<unknown>) {
  return class extends MapBackend {
    override readonly valueFormat: Format = format as Format;

    // A live value is kept as it is.
    override async write(key: string, value: StoredValue): Promise<void> {
      this.entries.set(key, value);
    }
  };
}

const read = new WeakMap<object, unknown>();

testFaults("backends with a format that is not fit for them", {
  "keeps live values without protection": {
    backend: formatted({ id: "live", kind: "live", serialize: (value) => value, deserialize: (raw) => raw }),
    caughtBy: [
      "changing what was set, after the set, changes nothing in the cache",
      "changing what a get returned changes nothing for the next reader",
      "readers of one moment cannot change each other's values",
    ],
  },
  "remembers what it has deserialized": {
    backend: formatted({
      ...json(),
      deserialize(raw) {
        if (!read.has(raw as object)) read.set(raw as object, json().deserialize(raw as Uint8Array));
        return read.get(raw as object);
      },
    }),
    caughtBy: [
      "changing what a get returned changes nothing for the next reader",
      "readers of one moment cannot change each other's values",
    ],
  },
  "writes null for what it cannot hold": {
    backend: formatted({ ...json(), serialize: (value) => Buffer.from(JSON.stringify(value) ?? "null") }),
    caughtBy: [
      "data that the format cannot hold is refused as serialization, and the old entry stays",
      "a setMany with data that the format cannot hold fails and leaves that key's entry",
    ],
  },
  "reads null as a miss": {
    backend: formatted({
      ...json(),
      deserialize: (raw) => json().deserialize(raw as Uint8Array) ?? undefined,
    }),
    caughtBy: ["null, 0, false and empty values are hits"],
  },
});
