import { checkOption } from "@hitbox/core";
import type { KeyvLike, KeyvStoreLike } from "./keyv-like.ts";

/** Texts under keys, in a Keyv of either version. Every failure is thrown. */
export interface Texts {
  get(key: string): Promise<unknown>;
  /** `ms`: milliseconds from now; undefined: for ever. */
  set(key: string, text: string, ms: number | undefined): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}

/** @throws TypeError for a value that is no Keyv, and for a Keyv that hides its failures. */
export function textsIn(keyv: KeyvLike): Texts {
  const isKeyv = ["get", "set", "delete"].every((name) => typeof Object(keyv)[name] === "function");
  checkOption(
    isKeyv,
    "fromKeyv: keyv",
    keyv,
    "must be a Keyv, such as new Keyv({ store, throwOnErrors: true })",
  );
  if (isVersion6(keyv.store)) return textsInStore(keyv.store);
  const rule = "must be true, or failures look like misses. Write new Keyv({ store, throwOnErrors: true })";
  checkOption(keyv.throwOnErrors === true, "fromKeyv: keyv.throwOnErrors", keyv.throwOnErrors, rule);
  return {
    get: (key) => keyv.get(key).catch(withoutText),
    // Keyv takes 0 for "no end"; undefined would be its own default.
    set: (key, text, ms = 0) => keyv.set(key, text, ms),
    delete: (key) => keyv.delete(key),
  };
}

function isVersion6(store: unknown): store is KeyvStoreLike {
  return (store as KeyvStoreLike | undefined)?.capabilities?.expires === true;
}

/** A Keyv of version 6 turns every failure into a miss. Its store throws. */
function textsInStore(store: KeyvStoreLike): Texts {
  return {
    get: async (key) => valueIn(await store.get(key)),
    set(key, value, ms) {
      const expires = ms === undefined ? undefined : Date.now() + ms;
      return store.set(key, JSON.stringify({ value, expires }), expires);
    },
    delete: (key) => store.delete(key),
  };
}

/** Keyv 5 parses the text that a store keeps. The error of its parser would show the text. */
function withoutText(error: unknown): unknown {
  if (error instanceof SyntaxError) return NO_ENTRY;
  throw error;
}

/** Some adapters parse the text that they keep. The error of a parse would show the text. */
function valueIn(raw: unknown): unknown {
  if (raw === undefined || raw === null) return undefined;
  try {
    return Object(typeof raw === "string" ? JSON.parse(raw) : raw).value ?? NO_ENTRY;
  } catch {
    return NO_ENTRY;
  }
}

/** Anything but a text: what is there is no entry of ours. */
const NO_ENTRY = 0;
