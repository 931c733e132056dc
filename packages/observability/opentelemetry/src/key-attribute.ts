import { createHash } from "node:crypto";
import { checkOption } from "@hitbox/core";
import type { Attributes } from "@opentelemetry/api";

/** The form of keys in spans. */
export type KeyAttribute = "none" | "hashed" | "plain";

const HASH_DIGITS = 16;

const FORMS: Readonly<Record<KeyAttribute, (key: string) => Attributes>> = {
  none: () => ({}),
  hashed: (key) => ({ "cache.key": [hash(key)] }),
  plain: (key) => ({ "cache.key": [key] }),
};

/** Makes the attribute of a key, a list as Sentry has it. */
export function keyAttribute(form: KeyAttribute): (key: string | undefined) => Attributes {
  checkOption(Object.hasOwn(FORMS, form), "keys", form, 'must be "none", "hashed" or "plain"');
  return (key) => (key === undefined ? {} : FORMS[form](key));
}

function hash(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, HASH_DIGITS);
}
