import type { BackendListener } from "@hitbox/core";
import type { Warnings } from "../connection/warnings.ts";

/**
 * The same listener. An error that it throws is said to an operator, and reaches neither the caller nor
 * other listeners.
 */
export function guarded(listener: BackendListener, warnings: Warnings): BackendListener {
  const attempt = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      warnings.say("HITBOX_REDIS_WATCHER", error instanceof Error ? error.name : typeof error);
    }
  };
  return {
    changed: (keys, origin) => attempt(() => listener.changed(keys, origin)),
    lost: (origin) => attempt(() => listener.lost(origin)),
    restored: (origin) => attempt(() => listener.restored(origin)),
  };
}
