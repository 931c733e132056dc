/** A wrong answer or flag, or a directory that cannot take a new package. The message says what to do. */
export class CreateError extends Error {
  override readonly name: string = "CreateError";
}
