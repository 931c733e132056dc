import type { AnyBackend } from "@hitbox/core";
import type { OpenSettings } from "../commands/command.ts";
import type { Store } from "./store.ts";

/** The options that say which store is meant. */
export interface Place extends OpenSettings {
  /** A URL, `lmdb:PATH`, or the path of a configuration. Undefined: a configuration of the folder. */
  readonly store: string | undefined;
  readonly prefix: string | undefined;
  readonly coherence: string | undefined;
  readonly cwd: string;
}

/** Backends, before their values are decoded. */
export interface Opened extends Omit<Store, "tiers"> {
  readonly backends: readonly AnyBackend[];
}
