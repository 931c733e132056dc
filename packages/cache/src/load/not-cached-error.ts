/** `mode: "only-if-cached"`, and nothing is stored that the call may have. */
export class NotCachedError extends Error {
  override readonly name = "NotCachedError";
  readonly key: string;

  constructor(key: string) {
    super(`${key} is not cached, and mode is "only-if-cached", so it was not loaded`);
    this.key = key;
  }
}
