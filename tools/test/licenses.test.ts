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
