import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  adapterParts,
  type Backend,
  checkKnown,
  checkLimit,
  checkOption,
  systemClock,
  typedJson,
} from "@hitbox/core";
import { wholeClock } from "@hitbox/core/tier";
import { Lmdb } from "./lmdb-backend.ts";
import { ReadOnlyLmdb } from "./read-only-lmdb.ts";
import { acquireStore } from "./store.ts";
import { SUPPORTS } from "./supports.ts";

export interface LmdbOptions extends AdapterOptions {
  /**
   * Directory of the store, made with its parents if it is missing. Processes that name the same one share
   * it.
   */
  readonly path: string;
  /** Milliseconds between sweeps, which remove expired entries. `Infinity`: no sweeps. Default: 60,000. */
  readonly sweepInterval?: number | undefined;
  /**
   * Permissions of the files, if they have to be made; the directory gets `x` beside each `r` and `w`.
   * Default: 0o600.
   */
  readonly mode?: number | undefined;
  /**
   * True: the store is only read, for example a store that is shipped with a program. Writes, deletes, leases
   * and `clear` are `unsupported`; nothing is made or swept. Default: false.
   */
  readonly readOnly?: boolean | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Stores entries on disk, embedded (LMDB), shared by all processes that open the same directory. Reads are
 * synchronous. Writes are committed on another thread, and their promise resolves once every process can read
 * them.
 *
 * Answered writes outlive this process, however it ends. If the machine fails, the last moments of writes can
 * be lost, but the store is not damaged.
 *
 * @throws TypeError for an option that is unknown or wrong; BackendError `corrupt` if the directory holds
 * something else, or a damaged store, and `unavailable` if it cannot be opened.
 * @example
 * const tier = lmdb({ path: ".cache/hitbox" });
 */
export function lmdb(options: LmdbOptions): Backend {
  checkKnown(
    "lmdb",
    options,
    [...ADAPTER_OPTIONS, "path", "sweepInterval", "mode", "readOnly", "now"],
    "{ path }",
  );
  const { path, sweepInterval = 60_000, mode = 0o600, readOnly = false, now: clock = systemClock } = options;
  const isPath = typeof path === "string" && path !== "" && !path.includes("\0");
  checkOption(isPath, "path", path, "must be the path of a directory");
  checkOption(typeof clock === "function", "now", clock, "must be a function");
  const now = wholeClock(clock);
  checkLimit("sweepInterval", sweepInterval);
  checkMode(mode);
  checkOption(typeof readOnly === "boolean", "readOnly", readOnly, "must be true or false");
  const parts = adapterParts(options, { label: "lmdb", format: typedJson(), stores: "bytes" });
  if (readOnly) return new ReadOnlyLmdb(path, parts, SUPPORTS, now);
  return new Lmdb(acquireStore(path, mode), parts, sweepInterval, now);
}

function checkMode(mode: number): void {
  const isMode = Number.isInteger(mode) && (mode & 0o600) === 0o600 && (mode & ~0o777) === 0;
  checkOption(isMode, "mode", mode, "must be permissions that let the owner read and write, such as 0o600");
}
