import type { AdapterParts } from "../adapter-options.ts";

/** A backend's members that follow from the options of every adapter. */
export abstract class Adapter<Raw = Uint8Array> implements AdapterParts<Raw> {
  readonly label: AdapterParts<Raw>["label"];
  readonly keyFormat: AdapterParts<Raw>["keyFormat"];
  readonly valueFormat: AdapterParts<Raw>["valueFormat"];
  readonly compressor: AdapterParts<Raw>["compressor"];
  readonly onError: AdapterParts<Raw>["onError"];
  readonly onWarning: AdapterParts<Raw>["onWarning"];

  constructor(parts: AdapterParts<Raw>) {
    this.label = parts.label;
    this.keyFormat = parts.keyFormat;
    this.valueFormat = parts.valueFormat;
    this.compressor = parts.compressor;
    this.onError = parts.onError;
    this.onWarning = parts.onWarning;
  }
}
