import { BackendError } from "@hitbox/core";
import { publish } from "./channels.ts";
import type { Core } from "./core.ts";
import { passMillisecond } from "./pass-millisecond.ts";
import { checkTagNames, type Policy } from "./policy.ts";
import { spaceTag } from "./tags.ts";

/** What is to be cleared: the entries whose keys begin with a text, or all. */
interface Cleared {
  readonly text: string;
  readonly marks: readonly string[];
}

/** Every entry of the tags that was asked for until now; none that is asked for once this resolves. */
export async function invalidateTags(core: Core, policy: Policy, tags: readonly string[]): Promise<void> {
  core.checkOpen();
  checkTagNames(tags);
  core.outdateTagged(tags);
  publish("invalidate", () => ({ cache: core.backend.label, tags: [...tags] }));
  try {
    await invalidate(core, tags);
  } catch (error) {
    core.report("invalidateTags", undefined, error);
    if (policy.onBackendError === "throw") throw error;
  }
}

/** A space by its tag, of which each of its entries has a mark; the whole cache by clearing what is behind it. */
export async function clear(core: Core, { text, marks }: Cleared): Promise<void> {
  core.checkOpen();
  const { backend, tags, order } = core;
  const mark = spaceTag(text);
  if (text !== "" && !marks.includes(mark)) throw cannotClear(backend.label, text);
  core.outdateAll(text);
  publish("invalidate", () => ({ cache: backend.label, space: text }));
  if (text !== "") return invalidate(core, [mark]);
  // Behind what has been sent; what comes meanwhile may go or stay.
  await order.runAll(() => backend.clear());
  tags.forget();
}

async function invalidate({ now, tags: records }: Core, tags: readonly string[]): Promise<void> {
  const at = now();
  await records.invalidate(tags, at).finally(() => passMillisecond(now, at));
}

function cannotClear(backend: string, space: string): BackendError {
  const message = `${backend}: ${space} was made without { clear: true }, so it cannot be cleared`;
  return new BackendError("unsupported", message, { backend });
}
