import type { BackendSupports } from "@hitbox/core";

/** The manifest of a store that can do no more than every store can, and clear. */
export const PLAIN_SUPPORTS: BackendSupports = Object.freeze({
  expiry: "none",
  shared: false,
  persistent: false,
  readMany: false,
  writeMany: false,
  removeMany: false,
  clear: true,
});
