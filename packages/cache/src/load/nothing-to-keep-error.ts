/** `notModified()` in a load without a value to keep. */
export class NothingToKeepError extends Error {
  override readonly name = "NothingToKeepError";
  readonly key: string;

  constructor(key: string) {
    super(
      `${key}: notModified() needs a value to keep, and there is none; ` +
        "call it only if `hasStale` of the context is true, and load the value otherwise",
    );
    this.key = key;
  }
}
