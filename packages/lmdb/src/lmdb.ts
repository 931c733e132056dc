import { resolve } from "node:path";
import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  adapterParts,
  type Backend,
  type Clock,
  checkInteger,
  checkKnown,
  checkOption,
  json,
  systemClock,
} from "@hitbox/core";
import { openEnvironment } from "./environment.ts";
import { LmdbBackend } from "./lmdb-backend.ts";

export interface LmdbOptions extends AdapterOptions {
  /** Directory of the store, made where it is missing. Any number of processes of one machine may share it. */
  readonly path: string;
  /** Milliseconds from the end of one sweep of expired entries to the start of the next, 1 to 2^31 − 1. Default: 60,000. */
  readonly sweepInterval?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * An embedded, persistent tier in a directory (LMDB, memory-mapped). Reads are synchronous; a write resolves when
 * every reader of the machine sees it. Default format: `json()`.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @throws BackendError `corrupt` for a file that is no LMDB database, `unavailable` where the path cannot be used.
 * @example
 * const tier = lmdb({ path: `${process.env.TMPDIR ?? "/tmp"}/hitbox-example` });
 */
export function lmdb(options: LmdbOptions): Backend {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown(options, [...ADAPTER_OPTIONS, "path", "sweepInterval", "now"]);
  const { path, sweepInterval = 60_000, now = systemClock } = options;
  checkOption(typeof path === "string" && path !== "", "path", path, "must be a directory");
  checkInteger("sweepInterval", sweepInterval, 1, 2 ** 31 - 1);
  const parts = adapterParts(options, { label: "lmdb", format: json(), stores: "bytes" });
  return new LmdbBackend(parts, openEnvironment(resolve(path)), now, sweepInterval);
}
