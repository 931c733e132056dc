import type { ExitCode } from "../exit-codes.ts";
import type { Io, Output } from "../output/output.ts";
import type { Store } from "../store/store.ts";

/** An option of a command, for `parseArgs` and for `--help`. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** The placeholder of its value. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** A command that is about to run. */
export interface Call {
  readonly args: readonly string[];
  readonly values: Values;
  readonly out: Output;
  readonly io: Io;
  /** Opens the store; closed when the command has ended. */
  open(settings?: OpenSettings): Promise<Store>;
}

export interface OpenSettings {
  /** `announces`: changes are told to other processes. `hears`: changes of others are heard. */
  readonly changes?: "announces" | "hears";
  /** Comes before `--store`. */
  readonly store?: string | undefined;
  /** Comes before `--coherence`. */
  readonly coherence?: string | undefined;
}

export interface Command {
  readonly name: string;
  /** Its arguments, such as `KEY`. */
  readonly usage: string;
  readonly summary: string;
  /** Further paragraphs of `--help`. */
  readonly details?: string;
  readonly options?: Readonly<Record<string, Option>>;
  readonly fewest?: number;
  readonly most?: number;
  run(call: Call): Promise<ExitCode>;
}
