import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "@hitbox/test-support";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Opened,
  openPage,
  type Screen,
} from "../../packages/observability/dashboard/test/support/browser.ts";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { runNode } from "../snippets/run-program.ts";
import { type BuiltPage, builtPages, deadLinks } from "./support/built-html.ts";
import { type ServedFolder, serveFolder } from "./support/served-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, ".cache/docs/site");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESK: Screen = { width: 1_300, height: 900, scheme: "light" };
const PHONE: Screen = { width: 360, height: 740, scheme: "dark" };
/** One page of each kind, and those with the widest tables. */
const KINDS = [
  "/",
  "/playground.html",
  "/start/",
  "/start/quick-start.html",
  "/packages/cache.html",
  "/reference/channels.html",
  "/reference/api/composition.html",
  "/how-it-works/architecture.html",
  "/decisions/",
];

let served: ServedFolder;
let pages: readonly BuiltPage[];

beforeAll(async () => {
  build(...(await workspacePackages()).map(({ path }) => path.slice("packages/".length)));
  const { status, output } = await runNode(["tools/docs.mjs"], { cwd: ROOT, timeout: 600_000 });
  expect(status, output.slice(-4_000)).toBe(0);
  pages = builtPages(SITE);
  served = await serveFolder(SITE);
}, 660_000);

afterAll(() => served?.close());

const open = (path: string, screen = DESK): Promise<Opened> => openPage(served.url + path, screen);

test("every link leads to a page, a picture or a heading that is there", () => {
  const files = readdirSync(SITE, { recursive: true, encoding: "utf8" }).map((name) => `/${name}`);
  expect(pages.length).toBeGreaterThan(80);
  expect(deadLinks(pages, new Set(files))).toEqual([]);
});

test("llms.txt lists every page but the start and the playground, and llms-full.txt has its text", () => {
  const [list = "", full = ""] = ["llms.txt", "llms-full.txt"].map((name) =>
    readFileSync(join(SITE, name), "utf8"),
  );
  const written = pages
    .map(({ path }) => path.replace(/html$/, "md"))
    .filter((path) => !/^\/reference\/api\//.test(path));
  const apart = ["/index.md", "/404.md", "/playground.md"];
  for (const path of written.filter((name) => !apart.includes(name))) {
    expect(list).toContain(`](${path})`);
    expect(readFileSync(join(SITE, path), "utf8")).toMatch(/^# /m);
    expect(full).toContain(`<!-- ${path} -->`);
  }
});

test("every code tab shows its code when it is chosen", async () => {
  const { page, problems } = await open("/");
  const tabbed = pages.filter(({ html }) => html.includes("vp-code-group"));
  expect(tabbed.length).toBeGreaterThan(0);
  for (const { path } of tabbed) {
    await page.goto(served.url + path);
    for (const group of await page.locator(".vp-code-group").all()) {
      for (const [index, label] of (await group.locator("label").all()).entries()) {
        await label.click();
        await group.locator(`.blocks > div:nth-child(${index + 1}).active`).waitFor();
      }
    }
  }
  expect(problems).toEqual([]);
});

test("a search finds a page, and goes there", async () => {
  const { page, problems } = await open("/");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("searchbox").fill("bytes of an entry envelope");
  await page.locator("#localsearch-list a", { hasText: "The envelope" }).first().click();
  await page.getByRole("heading", { level: 1, name: "The envelope" }).waitFor();
  expect(problems).toEqual([]);
});

/** Words that readers search for, and the page that answers. */
const ANSWERS: Readonly<Record<string, string>> = {
  stale: "/guides/staleness.html",
  staleness: "/guides/staleness.html",
  tags: "/guides/invalidation.html",
  "Redis down": "/guides/outages.html",
  Date: "/guides/values.html",
  stampede: "/guides/stampedes.html",
  "several processes": "/guides/processes.html",
  "not found": "/guides/negative-results.html",
  mysql: "/packages/mysql.html",
  NestJS: "/guides/frameworks.html",
  keyv: "/packages/keyv.html",
};

test("a search finds the page first that answers", async () => {
  const { page } = await open("/start/");
  await page.getByRole("button", { name: "Search" }).click();
  const first = page.locator("#localsearch-list a").first();
  for (const [words, path] of Object.entries(ANSWERS)) {
    await page.getByRole("searchbox").fill(words);
    await expect
      .poll(() => first.getAttribute("href"), { timeout: 10_000, message: words })
      .toContain(`${path}#`);
  }
});

/** Compares the colour of each word of a diagram with that of the text around the diagram. */
const WORDS_OF_DIAGRAMS = `[...document.querySelectorAll(".diagram text")].map((text) =>
  getComputedStyle(text).fill === getComputedStyle(text.closest(".diagram")).color)`;

test("the dark mode can be switched on and off, and the words of diagrams follow", async () => {
  const { page } = await open("/how-it-works/architecture.html");
  const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await background();
  await page.locator(".VPNavBarAppearance button").click();
  await page.locator("html.dark").waitFor();
  expect(await background()).not.toBe(light);
  const words = (await page.evaluate(WORDS_OF_DIAGRAMS)) as boolean[];
  expect(words.length).toBeGreaterThan(20);
  expect(words).not.toContain(false);
  await page.locator(".VPNavBarAppearance button").click();
  await page.locator("html:not(.dark)").waitFor();
});

/**
 * Markup of the theme, which pages cannot change. The search button's name leaves out the shown shortcut. A
 * section of the sidebar that folds holds a button of its own. Both can be used by keyboard.
 */
const OF_THE_THEME = ["label-content-name-mismatch", "nested-interactive"];

/** Faults that keep readers out, as axe finds them. */
async function faults(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
  const { violations } = found as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  return violations
    .filter(({ id, impact }) => ["serious", "critical"].includes(impact) && !OF_THE_THEME.includes(id))
    .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]);
}

test.each([
  ["a desk", DESK],
  ["a phone", PHONE],
])("pages of each kind fit %s, are accessible, and ask no other host", async (_name, screen) => {
  const { page, problems } = await open("/", screen);
  const found: Record<string, unknown> = {};
  for (const path of KINDS) {
    await page.goto(served.url + path, { waitUntil: "networkidle" });
    const excess = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
    found[path] = [Math.max(0, excess), await faults(page)];
  }
  expect(found).toEqual(Object.fromEntries(KINDS.map((path) => [path, [0, []]])));
  expect(problems).toEqual([]);
});

test("the playground answers from memory, from Redis and from the database, and says so", async () => {
  const { page, problems } = await open("/playground.html");
  const act = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const newest = page.getByRole("region", { name: "Log" }).locator("tbody tr").first();
  const get = async (answer: string) => {
    await act("Get or load");
    await newest.getByText(answer).waitFor();
  };
  await get("No tier had it, so the database answered.");
  await get("Memory answered. It is 0 s old.");
  await act("Restart the process");
  await newest.getByText("Memory is empty.").waitFor();
  await get("Redis answered.");
  await act("Expire");
  await newest.getByText("The value is stale from now on.").waitFor();
  await get("The database was asked in the background.");
  await act("+10 s");
  await get("Memory answered. It is 10 s old.");
  await act("Set");
  await newest.getByText("user:1, version 2").waitFor();
  await act("Invalidate tag “users”");
  await get("the database answered.");
  await page.getByLabel("Key").selectOption("rate");
  await get("the database answered.");
  await act("Redis off");
  await get("Memory answered.");
  await act("Delete");
  await newest.getByText("Redis is off").waitFor();
  await get("Redis: error");
  await page.getByRole("status").getByText("The database was asked 5 times.").waitFor();
  expect(problems).toEqual([]);
});
