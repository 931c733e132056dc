import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { HTML } from "../src/http/html.ts";
import { builtPage } from "./support/built-page.ts";
import { get, open } from "./support/dashboards.ts";

const MOST_BYTES = 60 * 1_024;

it("the page has less than 60 KiB, compressed", async () => {
  const script = await readFile(await builtPage());
  const sizes = [script, Buffer.from(HTML)].map((text) => gzipSync(text).byteLength);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});

it("the page names no other host, but for licences and name spaces", async () => {
  const script = await readFile(await builtPage(), "utf8");
  const code = script.replace(/\/\*[\s\S]*?\*\//g, "");
  const hosts = [...`${code}${HTML}`.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
  expect(hosts.filter((host) => host !== "www.w3.org")).toEqual([]);
});

it("the page names the licences of the libraries in its script", async () => {
  const script = await readFile(await builtPage(), "utf8");
  expect(script).toMatch(/^\/\*!\nlit-html\n\nBSD 3-Clause/);
  expect(script).toContain("Leon Sorokin");
});

it("the script is served as it was built", async () => {
  const file = await builtPage();
  const { body, headers } = await get(open(), "/page.js");
  expect(headers.get("content-type")).toMatch(/^text\/javascript/);
  expect(body).toBe(await readFile(file, "utf8"));
});
