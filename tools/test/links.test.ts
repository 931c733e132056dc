import { expect, test } from "vitest";
import { brokenLinks, linkedPages } from "../docs/links.mjs";

test("every relative link of a page leads to a file, and to a heading of it", () => {
  const pages = linkedPages();
  expect(pages.length).toBeGreaterThan(60);
  expect(brokenLinks(pages)).toEqual([]);
});

test("a link to a file or a heading that is not there is told", () => {
  const text =
    "[a](LICENSE), [b](README.md#packages), [c](README.md#no), [d](no.md)\n```md\n[e](no.md)\n```\n";
  const told = brokenLinks([{ path: "x.md", text }]);
  expect(told).toEqual(["x.md: README.md#no has no such heading", "x.md: no.md is not there"]);
});
