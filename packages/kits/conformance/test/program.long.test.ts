import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const PROGRAM = new URL("../dist/bin.js", import.meta.url).pathname;
// Beside the tests, so that the package that it imports is found.
const folder = mkdtempSync(join(import.meta.dirname, "program-"));

beforeAll(() => build("core", "kits/conformance"), 120_000);
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in a process of its own on a backend over a Map; `begin` runs at each open. */
function play(name: string, begin: string): Promise<Ended> {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { storeBackend } from "@hitbox/core";
     const spaces = new Map();
     export function open(space) {
       const bytes = spaces.get(space) ?? new Map();
       spaces.set(space, bytes);
       ${begin}
       return storeBackend({
         ...{ label: "map", shared: true, persistent: true, expiry: "none" },
         get: async (key) => bytes.get(key),
         set: async (key, value) => void bytes.set(key, value),
         delete: async (key) => bytes.delete(key),
       });
     }`,
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, path], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe.concurrent("the program", () => {
  test("proves a right backend, and ends by itself", async () => {
    const { code, stdout, stderr } = await play("right", "");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/\d+ passed, 0 failed, \d+ not checked\n$/);
  }, 60_000);

  test("ends though a backend keeps the process alive, and says so", async () => {
    const { code, stdout, stderr } = await play("leaking", "setInterval(() => undefined, 1_000);");
    expect(code).toBe(1);
    expect(stdout).toContain("after its close a backend keeps the process alive by Timeout");
    expect(stderr).toContain("The process does not end: it is kept alive by ");
  }, 60_000);
});
