/** A piece of code that the documentation shows. */
export interface Snippet {
  /** Path from the repository's root. */
  readonly file: string;
  /** Line of the file on which the code begins; the first line is 1. */
  readonly line: number;
  readonly code: string;
  /** `markdown`: stands on its own, imports included (but not in docs/). `docstring`: an `@example`. */
  readonly origin: "markdown" | "docstring";
  /** `compile`: marked as not to be run. */
  readonly mode: "run" | "compile";
}
