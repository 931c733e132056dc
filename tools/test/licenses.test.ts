import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ALLOWED, licensesOf, licensesPage, PAGE } from "../licenses.mjs";

test("the page of licences is that of the installed packages (else: pnpm run licenses)", async () => {
  const page = await readFile(PAGE, "utf8");
  expect(await licensesPage()).toBe(page);
});

test("every runtime dependency has a licence that asks for no more than a notice", async () => {
  const licenses = licensesOf(await readFile(PAGE, "utf8"));
  expect(licenses.length).toBeGreaterThan(10);
  expect(licenses.filter((license: string) => !ALLOWED.includes(license))).toEqual([]);
});

test("no dependency but LMDB's installs with a script, and codecs bring no dependency at all", async () => {
  const lines = (await readFile(PAGE, "utf8")).split("\n").filter((line) => line.startsWith("| `"));
  const withScript = lines.filter((line) => line.endsWith(" yes |"));
  expect(withScript.map((line) => line.split(" | ")[3])).toEqual(["@hitbox/lmdb", "@hitbox/lmdb"]);
  expect(lines.filter((line) => /@hitbox\/(cbor|core|zstd)\b/.test(line))).toEqual([]);
});
