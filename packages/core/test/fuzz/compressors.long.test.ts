import { BackendError, brotli, type Compressor, cacheBackend, gzip, passthrough } from "@hitbox/core";
import { fuzzEach } from "../support/fuzz-each.ts";
import { mapBackend } from "../support/map-backend.ts";
import { plainEntry } from "../support/plain-entry.ts";

/** The first byte of an input is a sixteenth of the size that its entry names. */
function readCompressed(compressor: Compressor) {
  return async (bytes: Uint8Array): Promise<void> => {
    const decodedBytes = (bytes[0] ?? 0) * 16;
    const store = mapBackend({ compressor });
    const entry = { ...plainEntry, payload: bytes.subarray(1), compressor: compressor.id, decodedBytes };
    store.entries.set("k", entry);
    try {
      await cacheBackend(store).get("k");
    } catch (error) {
      if (!BackendError.is(error)) throw error;
    }
  };
}

/** 160 bytes of JSON. */
const TEXT = Buffer.from(`"${"a".repeat(158)}"`);
const seedOf = (compressor: Compressor) => Buffer.concat([Buffer.of(10), compressor.compress(TEXT)]);
const reader = (compressor: Compressor) => ({
  target: readCompressed(compressor),
  seeds: [seedOf(compressor)],
});

fuzzEach({ gzip: reader(gzip()), brotli: reader(brotli()), passthrough: reader(passthrough()) });
