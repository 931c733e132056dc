/** A state of a store that an operator wants to know of. */
export interface BackendWarning {
  /** Label path of the backend, such as `memory>redis.redis`. */
  readonly backend: string;
  /** `HITBOX_TIER_AWAY`, `HITBOX_TIER_BACK`, or a code of the adapter. */
  readonly code: string;
  /** The tier, the cause and the effect. Holds no key, value or password. */
  readonly message: string;
}

/** Says it as Node says its own warnings: once on the standard error, and to `process.on("warning")`. */
export function emitWarning({ code, message }: BackendWarning): void {
  process.emitWarning(message, { type: "HitboxWarning", code });
}
