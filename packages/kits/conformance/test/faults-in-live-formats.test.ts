import type { Format } from "@hitbox/core";
import { testFormatFaults } from "./support/planted.ts";

/** A live format that keeps a clone and gives a clone, with something changed about it. */
function live(changes: Partial<Format<unknown>>): Format<unknown> {
  return { id: "clones", kind: "live", serialize: structuredClone, deserialize: structuredClone, ...changes };
}

const ADOPTED = "what was adopted comes back as it was, and no reader can change what another gets";
const SHARED = "what is shared by all readers is the value, and none of them can change it";

testFormatFaults("live formats", {
  "shares what readers can change": {
    format: live({ shares: () => true }),
    caughtBy: [SHARED],
  },
  "shares a wrapped value": {
    format: live({
      serialize: (value) => Object.freeze({ value: structuredClone(value) }),
      deserialize: (raw) => structuredClone((raw as { value: unknown }).value),
      shares: () => true,
    }),
    caughtBy: [SHARED],
  },
  "hands out what it has adopted": {
    format: live({ adopt: (value) => value, deserialize: (raw) => raw }),
    caughtBy: [ADOPTED],
  },
  "shares what it has adopted and not frozen": {
    format: live({ adopt: (value) => value, shares: () => true }),
    caughtBy: [ADOPTED],
  },
  "adopts by way of JSON": {
    format: live({ adopt: (value) => JSON.parse(JSON.stringify(value)) }),
    values: [new Date(5)],
    caughtBy: [ADOPTED],
  },
  "adopts what it does not serialize": {
    format: live({
      adopt: (value) => value,
      deserialize: (raw) => (typeof raw === "function" ? raw : structuredClone(raw)),
    }),
    caughtBy: ["what cannot be serialized cannot be adopted"],
  },
});
