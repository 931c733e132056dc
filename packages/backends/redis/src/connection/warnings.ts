import { channel } from "node:diagnostics_channel";
import { type BackendWarning, emitWarning } from "@hitbox/core";

/** A feature that this backend does not have here, such as for a missing right. Said once for each reason. */
export type RedisWarning = BackendWarning;

export type WarningCode = keyof typeof EFFECTS;

const EFFECTS = {
  HITBOX_REDIS_CLEAR: "`clear` is not available",
  HITBOX_REDIS_COHERENCE: "changes by others are not heard, so first tiers are bypassed",
  HITBOX_REDIS_COUNTS: "a delete may count a lease as an entry",
  HITBOX_REDIS_KEYS: "keys cannot be listed",
  HITBOX_REDIS_LEASES: "leases are not available, so several processes may load a key at once",
  HITBOX_REDIS_PUBLISH: "others do not hear of changes made here",
  HITBOX_REDIS_WATCHER: "a watcher threw an error, and may have missed a change",
} as const;

/** The commands that each feature takes. */
export const NEEDED: Readonly<Record<WarningCode, string>> = {
  HITBOX_REDIS_CLEAR: "SCAN and UNLINK",
  HITBOX_REDIS_COHERENCE: "the commands in the README",
  HITBOX_REDIS_COUNTS: "STRLEN",
  HITBOX_REDIS_KEYS: "SCAN and STRLEN",
  HITBOX_REDIS_LEASES:
    "EVALSHA and EVAL, with TIME, GET, SET, GETRANGE, SETRANGE, PEXPIRE and PTTL in scripts",
  HITBOX_REDIS_PUBLISH: "PUBLISH",
  HITBOX_REDIS_WATCHER: "no command",
};

const warnings = channel("hitbox:redis:warning");

/** Most warnings that are remembered as said. Then all are forgotten: reasons may differ without end. */
const MOST_SAID = 100;

/**
 * Says to an operator which features are missing: by the channel `hitbox:redis:warning` and by `onWarning`.
 */
export class Warnings {
  readonly #backend: string;
  readonly #onWarning: (warning: BackendWarning) => void;
  readonly #said = new Set<string>();

  /** Without `onWarning`, warnings are those of Node: `process.emitWarning`. */
  constructor(backend: string, onWarning: ((warning: BackendWarning) => void) | undefined) {
    this.#backend = backend;
    this.#onWarning = onWarning ?? emitWarning;
  }

  say(code: WarningCode, reason: string): void {
    const message = `${this.#backend}: ${EFFECTS[code]}. Needed: ${NEEDED[code]}. Reason: ${reason}`;
    if (this.#said.has(message)) return;
    if (this.#said.size >= MOST_SAID) this.#said.clear();
    this.#said.add(message);
    const warning: RedisWarning = { backend: this.#backend, code, message };
    warnings.publish(warning);
    try {
      this.#onWarning(warning);
    } catch {
      // An operator's own function decides about no operation.
    }
  }
}
