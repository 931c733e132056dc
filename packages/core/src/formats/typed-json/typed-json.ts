import { checkKnown, checkLimit } from "../../check.ts";
import type { Format } from "../../format.ts";
import { isJsonData } from "../json-scan.ts";
import { bytesOfChecked, checked, parseWithin, stringify } from "../json-text.ts";
import { MAX_NODES } from "../limits.ts";
import { explained } from "../refusal.ts";
import { type CustomType, checkTypes } from "./custom-type.ts";
import { encode } from "./encode.ts";
import { type Encoding, inheritsProperties } from "./encoding.ts";
import { TYPED_BYTE } from "./escapes.ts";
import { JsonWriter } from "./json-writer.ts";
import { revive } from "./revive.ts";

export interface TypedJsonOptions {
  /** Classes of your own. Without one, an instance of a class fails to serialize. Default: none. */
  readonly types?: readonly CustomType[] | undefined;
  /** Most arrays, objects and scalars in one value as it is written. Default: 1,048,576. */
  readonly maxNodes?: number | undefined;
}

/**
 * JSON that keeps types: the default of every store of bytes. Plain data is written byte for byte as
 * `JSON.stringify` writes it. These come back as they were: Date, Map, Set, bigint, undefined, holes, NaN,
 * infinities, −0, URL, RegExp, the errors of the language without their stacks, ArrayBuffer, DataView, typed
 * arrays and Buffer. Other instances of classes fail to serialize, unless `types` names their class.
 * docs/reference/formats.md specifies the bytes.
 *
 * @throws TypeError for a wrong option.
 * @example
 * const format = typedJson();
 * const bytes = format.serialize({ at: new Date(0), ids: new Set([1n]) });
 * Buffer.from(bytes).toString(); // ' {"at":"$Date:0","ids":["$Set","$BigInt:1"]}'
 */
export function typedJson(options: TypedJsonOptions = {}): Format {
  checkKnown("typedJson", options, ["types", "maxNodes"]);
  const types = checkTypes(options.types ?? []);
  const maxNodes = checkLimit("maxNodes", options.maxNodes ?? MAX_NODES);
  const custom = types.size === 0 ? undefined : [...types.values()];
  return Object.freeze<Format>({
    id: "typed-json",
    kind: "bytes",
    serialize(value) {
      const nodes = { left: maxNodes - 1, isExact: true };
      if (!isJsonData(value, 0, nodes)) return typedBytes(value, custom, maxNodes);
      return bytesOfChecked(stringify(value), maxNodes - nodes.left, maxNodes);
    },
    deserialize(bytes) {
      const document = parseWithin(bytes, maxNodes);
      return bytes[0] === TYPED_BYTE ? revive(document, { types, left: maxNodes }) : document;
    },
  });
}

/** Plain data does not come here: V8 makes JSON of it faster than any program. */
function typedBytes(value: unknown, types: readonly CustomType[] | undefined, maxNodes: number): Uint8Array {
  const out = new JsonWriter();
  const encoding: Encoding = { left: maxNodes - 1, types, out, inherits: inheritsProperties() };
  try {
    out.byte(TYPED_BYTE);
    encode(value, 0, encoding);
    return checked(out.end(), maxNodes - encoding.left, maxNodes);
  } catch (error) {
    throw explained(error);
  }
}
