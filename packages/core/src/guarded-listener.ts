import type { BackendListener } from "./change-listener.ts";

/** The same listener, whose errors become a warning of Node. */
export function guardedListener(listener: BackendListener, label: string): BackendListener {
  return guarded(listener, (kind) => warn(label, kind));
}

/**
 * The same listener, whose errors go to `threw`, by their kind alone: their text may hold keys. A store's
 * client calls listeners amid its work: an error must neither fail an operation nor keep the news from other
 * listeners.
 */
export function guarded(listener: BackendListener, threw: (kind: string) => void): BackendListener {
  const attempt = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      threw(error instanceof Error ? error.name : typeof error);
    }
  };
  return {
    changed: (keys, origin) => attempt(() => listener.changed(keys, origin)),
    lost: (origin) => attempt(() => listener.lost(origin)),
    restored: (origin) => attempt(() => listener.restored(origin)),
  };
}

function warn(label: string, kind: string): void {
  process.emitWarning(`${label}: a listener of watch threw ${kind}, and may have missed a change`, {
    type: "HitboxWarning",
    code: "HITBOX_WATCHER",
  });
}
