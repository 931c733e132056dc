export { absent } from "./absent.ts";

import { Buffer, setImmediate, setTimeout } from "./globals.ts";

export { setImmediate, setTimeout };

/** Of `node:crypto`. */
export const randomBytes = (size: number): Buffer =>
  crypto.getRandomValues(new Buffer(new ArrayBuffer(size)));
/** Of `node:os`. */
export const endianness = (): "LE" => "LE";
