import { ADAPTER_OPTIONS, type AdapterOptions } from "../adapter-options.ts";
import type { Clock } from "../clock.ts";

/** The options of every adapter that `storeBackend` makes. */
export interface StoreOptions extends AdapterOptions {
  /** Milliseconds that a call of the store may take, 1 to 600,000. A batch may be several. Default: 1,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds that a `clear` may take, 1 to 3,600,000. Default: 60,000. */
  readonly clearTimeout?: number | undefined;
  /** Epoch milliseconds, for times to live and leases. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/** The names of `StoreOptions`, for an adapter's list of known options. */
export const STORE_OPTIONS: readonly string[] = [...ADAPTER_OPTIONS, "timeout", "clearTimeout", "now"];
