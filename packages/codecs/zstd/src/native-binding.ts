import { createRequire } from "node:module";

/** What is used of `zstd-napi/binding`: Zstandard's own calls, which write into a buffer that the caller bounds. */
export interface NativeBinding {
  readonly CCtx: new () => {
    setParameter(parameter: number, value: number): void;
    compress2(target: Uint8Array, source: Uint8Array): number;
  };
  readonly DCtx: new () => { decompress(target: Uint8Array, source: Uint8Array): number };
  readonly CParameter: { readonly compressionLevel: number };
  compressBound(bytes: number): number;
}

const require = createRequire(import.meta.url);

/** An optional dependency: undefined where it is not installed, or was neither built nor downloaded for this system. */
export function loadNativeBinding(): NativeBinding | undefined {
  try {
    return require("zstd-napi/binding") as NativeBinding;
  } catch {
    return undefined;
  }
}

/** For a thread that loads it by itself. */
export function nativeBindingPath(): string {
  return require.resolve("zstd-napi/binding");
}
