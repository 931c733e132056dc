import { expect, test } from "vitest";
import { chooseZstd, type ZstdAtLevel } from "../src/implementation.ts";

/** Says by what it compresses where it comes from. */
function source(name: string): ZstdAtLevel {
  const bytes = Buffer.from(name);
  const same = { compress: () => bytes, decompress: () => bytes };
  const later = { compress: async () => bytes, decompress: async () => bytes };
  return () => ({ ...same, offThread: () => later });
}

const [native, node] = [source("zstd-napi"), source("node")];

async function chosen(sources: Parameters<typeof chooseZstd>[0]): Promise<readonly string[]> {
  const { here, offThread } = chooseZstd(sources, 3);
  const compressed = [here.compress(Buffer.of()), await offThread.compress(Buffer.of())];
  return compressed.map((bytes) => Buffer.from(bytes).toString());
}

test("with both, zstd-napi compresses on the calling thread and Node off it", async () => {
  expect(await chosen({ native, node })).toEqual(["zstd-napi", "node"]);
});

test("with one of them, that one does all", async () => {
  expect(await chosen({ native: undefined, node })).toEqual(["node", "node"]);
  expect(await chosen({ native, node: undefined })).toEqual(["zstd-napi", "zstd-napi"]);
});
