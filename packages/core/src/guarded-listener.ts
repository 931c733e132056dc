import type { BackendListener } from "./change-listener.ts";

/**
 * The same listener, whose errors become a warning of Node. A store's client calls listeners amid its work:
 * an error must neither fail an operation nor keep the news from other listeners.
 */
export function guardedListener(listener: BackendListener, label: string): BackendListener {
  const attempt = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      warn(label, error);
    }
  };
  return {
    changed: (keys, origin) => attempt(() => listener.changed(keys, origin)),
    lost: (origin) => attempt(() => listener.lost(origin)),
    restored: (origin) => attempt(() => listener.restored(origin)),
  };
}

/** Names the kind of the error alone: its text may hold keys. */
function warn(label: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  process.emitWarning(`${label}: a listener of watch threw ${kind}, and may have missed a change`, {
    type: "HitboxWarning",
    code: "HITBOX_WATCHER",
  });
}
