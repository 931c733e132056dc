import type { KeyFormat } from "../key-format.ts";

/**
 * ASCII that is a valid URL path segment (RFC 3986, section 3.3): everything but unreserved characters and `:
 * = &` is percent-encoded as UTF-8, as in `user:v3:name=Zo%C3%AB`. The keys `.` and `..`, which as segments
 * would name other paths, become `%FF.` and `%FF..`; no text is encoded with that byte.
 */
export function urlEncoded(): KeyFormat {
  return URL_ENCODED;
}

const URL_ENCODED: KeyFormat = Object.freeze<KeyFormat>({
  id: "url-encoded",
  encode(text) {
    if (text === "." || text === "..") return MARK + text;
    return encodeURIComponent(text).replace(/%3A|%3D|%26/g, decodeURIComponent);
  },
  decode(encoded) {
    if (encoded === `${MARK}.` || encoded === `${MARK}..`) return encoded.slice(MARK.length);
    return decodeURIComponent(encoded);
  },
});

/**
 * A byte that UTF-8 does not have. Written as `%2E`, a dot would be a dot segment still (WHATWG URL, 4.1).
 */
const MARK = "%FF";
