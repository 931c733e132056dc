import { BackendError } from "@hitbox/core";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import type { Policy } from "../policy/policy.ts";
import { spaceTag } from "../tags/entry-tags.ts";
import { checkTagNames } from "../tags/tag-names.ts";

/** Invalidates every entry of the tags whose load began before this, or that was set before. */
export async function invalidateTags(engine: Engine, policy: Policy, tags: readonly string[]): Promise<void> {
  const names = checkTagNames(tags);
  publish("invalidate", engine.backend.label, "", () => ({ tags: names }));
  try {
    await invalidate(engine, names);
  } catch (error) {
    engine.report("invalidateTags", undefined, error);
    if (policy.onBackendError === "throw") throw error;
  }
}

/** Makes every entry of the tags stale whose load began before this, or that was set before. */
export async function expireTags(engine: Engine, policy: Policy, tags: readonly string[]): Promise<void> {
  const names = checkTagNames(tags);
  const at = engine.now();
  publish("expire", engine.backend.label, "", () => ({ tags: names }));
  try {
    await change(engine, names, () => engine.tags.expire(names, at));
  } catch (error) {
    engine.report("expireTags", undefined, error);
    if (policy.onBackendError === "throw") throw error;
  }
}

/**
 * Invalidates a space by its tag, which each of its entries has; clears the whole cache by clearing its
 * backend.
 */
export async function clear(
  engine: Engine,
  { text, internalTags }: { readonly text: string; readonly internalTags: readonly string[] },
): Promise<void> {
  const { backend, keys, tags } = engine;
  const own = spaceTag(text);
  if (text !== "" && !internalTags.includes(own)) throw cannotClear(backend.label, text);
  publish("invalidate", backend.label, text, () => ({ space: text }));
  keys.outdateSpace(text);
  if (text !== "") return invalidate(engine, [own]);
  try {
    // What is set meanwhile waits for it; what is loaded meanwhile may go or stay.
    await engine.clear();
    tags.forget();
  } finally {
    keys.missChangeOfAny();
  }
}

function invalidate(engine: Engine, tags: readonly string[]): Promise<void> {
  return change(engine, tags, () => engine.tags.invalidate(tags));
}

async function change(engine: Engine, tags: readonly string[], run: () => Promise<void>): Promise<void> {
  const { clearing, keys } = engine;
  keys.outdateTagged(tags);
  // Sets that wait for a clear take their stamps after it: those that were called before this come first.
  const again = clearing?.then(run);
  try {
    await Promise.all([run(), again]);
  } finally {
    keys.missChangeOfAny();
  }
}

function cannotClear(backend: string, space: string): BackendError {
  const message = `${backend}: ${space} was made without { clear: true }, so it cannot be cleared`;
  return new BackendError("unsupported", message, { backend });
}
