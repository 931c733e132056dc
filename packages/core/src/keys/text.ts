import type { KeyFormat } from "../key-format.ts";

/** The key's text as it is: readable, and free. The default. */
export function text(): KeyFormat {
  return TEXT;
}

const TEXT: KeyFormat = Object.freeze<KeyFormat>({
  id: "text",
  encode: (key) => key,
  decode: (encoded) => encoded,
  encodeStart: (start) => start,
});
