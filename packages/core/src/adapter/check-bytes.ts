import { BackendError } from "../backend-error.ts";

/** `bytes`, if they are bytes. */
export function checkBytes(bytes: Uint8Array): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return bytes;
  throw new BackendError("corrupt", "the store holds something else than bytes under the key");
}
