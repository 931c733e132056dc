import { createRequire } from "node:module";

/**
 * The used part of `zstd-napi/binding`: Zstandard's own calls, which write into a buffer that the caller
 * bounds.
 */
export interface NativeBinding {
  readonly CCtx: new () => {
    setParameter(parameter: number, value: number): void;
    compress2(target: Uint8Array, source: Uint8Array): number;
  };
  readonly DCtx: new () => { decompress(target: Uint8Array, source: Uint8Array): number };
  readonly CParameter: { readonly compressionLevel: number };
  compressBound(bytes: number): number;
}

/**
 * Modules from which zstd-napi is looked for. In a bundle of CommonJS there is no `import.meta.url`, but
 * `__filename`; a bundler may also have put the path of the machine that made the bundle into
 * `import.meta.url`.
 */
declare const __filename: string | undefined;
const PLACES: readonly (string | undefined)[] = [
  import.meta.url,
  typeof __filename === "string" ? __filename : undefined,
];

/**
 * An optional peer: undefined if it is not installed, or was neither built nor downloaded for this system.
 */
export function loadNativeBinding(): NativeBinding | undefined {
  return fromPlaces((require) => require(BINDING) as NativeBinding);
}

/** For a thread that loads it by itself. */
export function nativeBindingPath(): string {
  const path = fromPlaces((require) => require.resolve(BINDING));
  if (path === undefined) throw new Error(`${BINDING} is no longer there`);
  return path;
}

const BINDING = "zstd-napi/binding";

function fromPlaces<Found>(find: (require: NodeJS.Require) => Found): Found | undefined {
  for (const place of PLACES) {
    try {
      if (place !== undefined) return find(createRequire(place));
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
