import type { BackendError } from "./backend-error.ts";
import type { BackendWarning } from "./backend-warning.ts";
import { checkFunction, checkId, checkLabel, checkOption } from "./check.ts";
import type { Compressor } from "./compressor.ts";
import { passthrough } from "./compressors/passthrough.ts";
import type { Format } from "./format.ts";
import type { KeyFormat } from "./key-format.ts";
import { text } from "./keys/text.ts";

/** The options that every adapter takes. */
export interface AdapterOptions<Raw = Uint8Array> {
  /**
   * Name in metrics and source paths. 1–64 characters of A-Z a-z 0-9 _ -. Default: the adapter's own name.
   */
  readonly label?: string | undefined;
  /** Default: `text()`. */
  readonly keyFormat?: KeyFormat | undefined;
  /** Default: `typedJson()` for stores of bytes. Entries of `json()` are read all the same. */
  readonly format?: Format<Raw> | undefined;
  /** Default: `passthrough()`. */
  readonly compressor?: Compressor | undefined;
  /**
   * Called for each failed operation of the store. An error that it throws is ignored. Default: nobody hears.
   */
  readonly onError?: ((error: BackendError) => void) | undefined;
  /**
   * Called once when the store goes away, with the code `HITBOX_TIER_AWAY`, and once when it is back, with
   * `HITBOX_TIER_BACK`; at most every 30 seconds. Default: `process.emitWarning`; `() => {}` is silence.
   */
  readonly onWarning?: ((warning: BackendWarning) => void) | undefined;
}

/** The names of `AdapterOptions`, for an adapter's list of known options. */
export const ADAPTER_OPTIONS: readonly string[] = [
  ...["label", "keyFormat", "format", "compressor"],
  ...["onError", "onWarning"],
];

/** The members of a backend that follow from the options that every adapter takes. */
export interface AdapterParts<Raw> {
  readonly label: string;
  readonly keyFormat: KeyFormat;
  readonly valueFormat: Format<Raw>;
  readonly compressor: Compressor;
  readonly onError: ((error: BackendError) => void) | undefined;
  readonly onWarning: ((warning: BackendWarning) => void) | undefined;
}

/**
 * Checks and completes the options that every adapter takes. Stores of bytes take formats of kind `bytes`
 * only.
 */
export function adapterParts<Raw>(
  options: AdapterOptions<Raw>,
  defaults: { readonly label: string; readonly format: Format<Raw>; readonly stores: "bytes" | "anything" },
): AdapterParts<Raw> {
  const { keyFormat = text(), format = defaults.format, compressor = passthrough() } = options;
  const isFormat = typeof format?.serialize === "function" && typeof format.deserialize === "function";
  checkOption(isFormat, "format", format, "must be a value format");
  const fits = format.kind === "bytes" || defaults.stores === "anything";
  checkOption(fits, "format", format, "must make bytes: this store cannot keep live values");
  checkOption(typeof keyFormat?.encode === "function", "keyFormat", keyFormat, "must be a key format");
  const isCompressor =
    typeof compressor?.compress === "function" && typeof compressor.decompress === "function";
  checkOption(isCompressor, "compressor", compressor, "must be a compressor");
  checkId("format.id", format.id);
  checkId("compressor.id", compressor.id);
  const { onError, onWarning } = options;
  checkFunction("onError", onError);
  checkFunction("onWarning", onWarning);
  return {
    label: checkLabel("label", options.label ?? defaults.label),
    keyFormat,
    valueFormat: format,
    compressor,
    onError,
    onWarning,
  };
}
