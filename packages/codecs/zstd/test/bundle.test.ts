import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, expect, it } from "vitest";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "hitbox-bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SOURCE = `
  import { zstd } from "../src/index.ts";
  try {
    const compressor = zstd();
    const bytes = compressor.compress(Buffer.alloc(1_000, "abc"));
    console.log(compressor.decompress(bytes, 1_000).toString() === "abc".repeat(334).slice(0, 1_000));
  } catch (error) {
    console.log(error.code);
  }
`;

async function bundled(format: "cjs" | "esm"): Promise<string> {
  const file = join(folder, `bundle.${format === "cjs" ? "cjs" : "mjs"}`);
  const stdin = { contents: SOURCE, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({
    stdin,
    format,
    bundle: true,
    write: false,
    platform: "node",
    conditions: ["@hitbox/source"],
    logLevel: "error",
  });
  writeFileSync(file, outputFiles[0]?.contents ?? "");
  return (await run(process.execPath, [file], { cwd: "/" })).stdout.trim();
}

it.each(["cjs", "esm"] as const)("a bundle as %s loads, wherever it lies", async (format) => {
  // Node 20 has no Zstandard, and a folder above may have zstd-napi.
  expect(["true", "unsupported"]).toContain(await bundled(format));
});

it.each(["cjs", "esm"] as const)("a bundle as %s finds the zstd-napi that lies beside it", async (format) => {
  const installed = dirname(createRequire(import.meta.url).resolve("zstd-napi/package.json"));
  symlinkSync(dirname(installed), join(folder, "node_modules"));
  try {
    expect(await bundled(format)).toBe("true");
  } finally {
    rmSync(join(folder, "node_modules"));
  }
});
