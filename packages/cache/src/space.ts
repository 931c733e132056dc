import type { Kind } from "./read/reader.ts";

/** The properties that set one space of a cache apart from the others. */
export interface Space extends Kind {
  /** Text before each of its keys. */
  readonly text: string;
}
