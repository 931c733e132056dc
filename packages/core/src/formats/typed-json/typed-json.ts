import { checkKnown, checkLimit } from "../../check.ts";
import type { Format } from "../../format.ts";
import { bytesOfChecked, parseWithin, stringify } from "../json-text.ts";
import { MAX_NODES } from "../limits.ts";
import { explained } from "../refusal.ts";
import { type CustomType, checkTypes } from "./custom-type.ts";
import { encode } from "./encode.ts";
import type { Encoding } from "./encoding.ts";
import { TYPED, TYPED_BYTE } from "./escapes.ts";
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
 * docs/formats.md specifies the bytes.
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
      const encoding: Encoding = { left: maxNodes - 1, isTyped: false, types: custom };
      const text = textOf(value, encoding);
      return bytesOfChecked(text, maxNodes - encoding.left, maxNodes);
    },
    deserialize(bytes) {
      const document = parseWithin(bytes, maxNodes);
      return bytes[0] === TYPED_BYTE ? revive(document, { types, left: maxNodes }) : document;
    },
  });
}

function textOf(value: unknown, encoding: Encoding): string {
  try {
    const encoded = encode(value, 0, encoding);
    return encoding.isTyped ? TYPED + stringify(encoded) : stringify(value);
  } catch (error) {
    throw explained(error);
  }
}
