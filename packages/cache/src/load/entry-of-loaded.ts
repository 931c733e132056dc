import type { CacheValue } from "@hitbox/core";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { decide } from "../policy/decide.ts";
import { type Asked, entryOf, notFoundPolicy, type Policy } from "../policy/policy.ts";
import { NOT_FOUND } from "../read/reader.ts";

interface Loading {
  readonly engine: Engine;
  readonly policy: Policy;
  readonly internalTags: readonly string[];
}

/**
 * The entry of a value that was loaded, without its stamps, as the options decide; undefined if it is not to
 * be stored.
 */
export function entryOfLoaded(
  { engine, policy, internalTags }: Loading,
  value: unknown,
  name: KeyInput,
  asked: Asked,
): CacheValue<unknown> | undefined {
  const own = value === undefined ? notFoundPolicy(policy) : decide(policy, value, name, engine.maxTags);
  return own && entryBy({ engine, policy: own, internalTags }, value, asked);
}

/** The entry of a value that was loaded, by a policy that is decided. */
export function entryBy(
  { engine, policy, internalTags }: Loading,
  value: unknown,
  asked: Asked,
): CacheValue<unknown> | undefined {
  const tags = internalTags.length === 0 ? policy.tags : [...policy.tags, ...internalTags];
  const entry =
    value === undefined
      ? entryOf(policy, null, asked, [...tags, NOT_FOUND], engine.random)
      : entryOf(policy, value, asked, tags, engine.random);
  if (entry) engine.noticeLife((entry.expiresAt ?? Number.POSITIVE_INFINITY) - entry.createdAt);
  return entry;
}
