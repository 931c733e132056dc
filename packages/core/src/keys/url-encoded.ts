import type { KeyFormat } from "../key-format.ts";

/**
 * ASCII that is a valid URL path segment (RFC 3986, section 3.3): everything but unreserved characters and
 * `: = &` is percent-encoded as UTF-8. `user:v3:name=Zo%C3%AB`.
 *
 * The keys `.` and `..` become `%3A.` and `%3A..`, which no other key does: URL parsers take dots alone,
 * percent-encoded or not, for steps in a path (section 5.2.4). A lone surrogate is encoded as UTF-8 would
 * encode its code point.
 */
export function urlEncoded(): KeyFormat {
  return URL_ENCODED;
}

/** A colon that is percent-encoded begins no other key: other keys have it as it is. */
const DOTS = "%3A";
/** The three bytes that stand for a lone surrogate. They are in no other key: UTF-8 has no surrogates. */
const SURROGATE = /(%ED%[AB][0-9A-F]%[89AB][0-9A-F])/;

const URL_ENCODED: KeyFormat = Object.freeze<KeyFormat>({
  id: "url-encoded",
  encode(key) {
    if (key === "." || key === "..") return DOTS + key;
    return key.isWellFormed()
      ? encoded(key)
      : key
          .split(/(\p{Surrogate})/u)
          .map(partEncoded)
          .join("");
  },
  decode(text) {
    if (text === `${DOTS}.` || text === `${DOTS}..`) return text.slice(DOTS.length);
    return SURROGATE.test(text) ? text.split(SURROGATE).map(partDecoded).join("") : decodeURIComponent(text);
  },
  // The dots alone are encoded as no other text is.
  encodeStart: (start) => (start === "." || start === ".." ? "" : encoded(start)),
});

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%3A|%3D|%26/g, decodeURIComponent);
}

function partEncoded(part: string): string {
  if (part.isWellFormed()) return encoded(part);
  const unit = part.charCodeAt(0);
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]
    .map((byte) => `%${byte.toString(16).toUpperCase()}`)
    .join("");
}

function partDecoded(part: string): string {
  if (!SURROGATE.test(part)) return decodeURIComponent(part);
  const [, lead = 0, middle = 0, last = 0] = part.split("%").map((byte) => Number.parseInt(byte, 16));
  return String.fromCharCode(((lead & 0x0f) << 12) | ((middle & 0x3f) << 6) | (last & 0x3f));
}
