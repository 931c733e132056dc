import type { KeyInput } from "../keys/key-text.ts";
import { checkTagCount, checkTagNames } from "../tags/tag-names.ts";
import { milliseconds } from "./duration.ts";
import { notFoundPolicy, type Policy } from "./policy.ts";

/**
 * The policy by which one value is stored, as the functions among its options decide. Undefined: it is not to
 * be stored. @throws TypeError for a decision that is no duration, or no list of tags.
 */
export function decide(policy: Policy, value: unknown, key: KeyInput, maxTags: number): Policy | undefined {
  if (!policy.isByValue) return policy;
  const { skip, isNotFound, ttlOf, tagsOf } = policy;
  if (skip?.(value, key)) return undefined;
  const tags = tagsOf ? joined(policy.tags, tagsOf(value, key), maxTags) : policy.tags;
  if (isNotFound?.(value)) return { ...notFoundPolicy(policy), tags };
  const ttl = ttlOf?.(value, key);
  return { ...policy, tags, ttl: ttl === undefined ? policy.ttl : milliseconds("ttl", ttl) };
}

function joined(tags: readonly string[], more: readonly string[], maxTags: number): readonly string[] {
  const own = checkTagNames(more);
  return checkTagCount(tags.length === 0 ? own : [...new Set([...tags, ...own])], maxTags);
}
