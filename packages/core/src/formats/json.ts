import { checkKnown, checkLimit, checkOption } from "../check.ts";
import type { Format } from "../format.ts";
import { refuseInJson } from "./json-refusal.ts";
import { isJsonData } from "./json-scan.ts";
import { bytesOfChecked, bytesOfUnchecked, parseWithin, stringify } from "./json-text.ts";
import { MAX_NODES } from "./limits.ts";

export interface JsonOptions {
  /**
   * `refuse` (default): a value that JSON would silently change (Date, Map, Set, binary, NaN, a hole in an
   * array, an instance of a class, a function …) fails to serialize. The error has the path and the remedy.
   * `allow`: `JSON.stringify` decides.
   */
  readonly lossy?: "refuse" | "allow" | undefined;
  /** Most arrays, objects and scalars in one value, written or read. Default: 1,048,576. */
  readonly maxNodes?: number | undefined;
}

/**
 * JSON (RFC 8259) in UTF-8: readable by every program, and the fastest for plain data. It keeps null,
 * booleans, finite numbers, strings, arrays and plain objects. Properties that are undefined or under symbols
 * are left out, and −0 reads back as 0. `typedJson()` writes plain data as the same bytes and keeps other
 * types too.
 *
 * @throws TypeError for a wrong option.
 */
export function json(options: JsonOptions = {}): Format {
  checkKnown("json", options, ["lossy", "maxNodes"]);
  const { lossy = "refuse", maxNodes = MAX_NODES } = options;
  checkOption(lossy === "refuse" || lossy === "allow", "lossy", lossy, 'must be "refuse" or "allow"');
  checkLimit("maxNodes", maxNodes);
  return Object.freeze<Format>({
    id: "json",
    kind: "bytes",
    serialize(value) {
      if (lossy === "allow") return bytesOfUnchecked(stringify(value), maxNodes);
      const nodes = { left: maxNodes - 1, isExact: false };
      if (!isJsonData(value, 0, nodes)) refuseInJson(value, maxNodes);
      return bytesOfChecked(stringify(value), maxNodes - nodes.left, maxNodes);
    },
    deserialize: (bytes) => parseWithin(bytes, maxNodes),
  });
}
