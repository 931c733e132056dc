import type { KeyFormat } from "../key-format.ts";

/**
 * ASCII that is a valid URL path segment (RFC 3986, section 3.3): everything but unreserved characters and
 * `: = &` is percent-encoded as UTF-8. `user:v3:name=Zo%C3%AB`.
 */
export function urlEncoded(): KeyFormat {
  return URL_ENCODED;
}

const URL_ENCODED: KeyFormat = Object.freeze<KeyFormat>({
  id: "url-encoded",
  encode: (key) => encodeURIComponent(key).replace(/%3A|%3D|%26/g, decodeURIComponent),
  decode: decodeURIComponent,
});
