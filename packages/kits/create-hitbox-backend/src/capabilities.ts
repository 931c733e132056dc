import { CreateError } from "./create-error.ts";

/** An ability of a store beyond get, set and delete. */
export type Capability = "expiry" | "batches" | "clear" | "keys" | "leases";

/** Each capability with the question that a person is asked. */
export const CAPABILITIES: Readonly<Record<Capability, string>> = {
  expiry: "Does the store remove expired entries by itself?",
  batches: "Can one call read, write or delete several keys?",
  clear: "Can it delete all keys with a given prefix?",
  keys: "Can it list the keys with a given prefix?",
  leases: "Does it have an atomic compare-and-set (a version, a CAS token, an ETag)?",
};

const NAMES = Object.keys(CAPABILITIES) as readonly Capability[];

/**
 * Reads a list such as `batches,clear`. `all` and `none` are lists, too.
 *
 * @throws CreateError for a name that is no capability.
 */
export function parseCapabilities(list: string): ReadonlySet<Capability> {
  if (list === "all") return new Set(NAMES);
  if (list === "none" || list === "") return new Set();
  return new Set(list.split(",").map((name) => capabilityOf(name.trim())));
}

function capabilityOf(name: string): Capability {
  const found = NAMES.find((known) => known === name);
  if (found) return found;
  throw new CreateError(
    `--can: "${name}" is no capability. Write some of ${NAMES.join(", ")}, or all, or none.`,
  );
}
