import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ServedDashboard, type ServeOptions, serveDashboard } from "../src/index.ts";
import { openPage, type Screen } from "./support/browser.ts";
import { builtPage } from "./support/built-page.ts";

beforeAll(builtPage);

interface Shop {
  readonly shop: Cache;
  readonly served: ServedDashboard;
}

async function openShop(options: ServeOptions = {}): Promise<Shop> {
  const far = switchable(memory({ maxEntries: 1_000, label: "far", format: json() }));
  const shop = createCache({ backend: compose(memory({ maxEntries: 100 }), far), ttl: "5m" });
  const switches = { far };
  const served = await serveDashboard({
    caches: { shop },
    switches,
    interval: 200,
    trackedKeys: 64,
    ...options,
  });
  onTestFinished(async () => {
    await served.close();
    await shop.close();
  });
  return { shop, served };
}

/** Calls of a service. */
async function work(shop: Cache, rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const id of [1, 2, 3, 1]) {
      const tags = [`product-${id}`];
      await shop.getOrSet(`product:${id}`, async () => ({ id, name: `Product ${id}` }), { tags });
    }
  }
}

const tile = (page: Page, name: string) => page.locator(".tiles div", { hasText: name });
const authorize = () => true;

describe("in a browser", () => {
  it("numbers move while calls are made, without a word in the console or a request elsewhere", async () => {
    const { shop, served } = await openShop();
    const { page, problems } = await openPage(served.url);
    await page.getByText("Live", { exact: true }).waitFor();
    await tile(page, "Hit ratio").getByText("–").waitFor();
    await work(shop);
    await tile(page, "Hit ratio").getByText("%").waitFor();
    await page.getByRole("rowheader", { name: "memory>far.memory" }).waitFor();
    await page.getByRole("region", { name: "Hit most" }).getByText("product:1").waitFor();
    expect(problems).toEqual([]);
  });

  it("an entry is found, shown without its value, and deleted", async () => {
    const { shop, served } = await openShop({ authorize });
    await work(shop);
    const { page, problems } = await openPage(served.url);
    await page.getByLabel("Beginning of the key").fill("product:2");
    await page.getByRole("button", { name: "Find keys" }).click();
    await page.getByRole("status").getByText("1 key found.").waitFor();
    await page.getByRole("list").getByRole("button", { name: "product:2" }).click();
    const entry = page.getByRole("article", { name: "Entry of product:2" });
    await entry.getByText("product-2", { exact: true }).waitFor();
    expect(await entry.textContent()).not.toContain("Product 2");
    page.on("dialog", (dialog) => dialog.accept());
    await entry.getByRole("button", { name: "Delete this entry" }).click();
    await page.getByRole("status").getByText("Deleted product:2.").waitFor();
    expect(await shop.get("product:2")).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it("a tag is invalidated, and a tier switched off, by the keyboard alone", async () => {
    const { shop, served } = await openShop({ authorize });
    await work(shop);
    const { page, problems } = await openPage(served.url);
    page.on("dialog", (dialog) => dialog.accept());
    await page.getByLabel("Tag", { exact: true }).focus();
    await page.keyboard.type("product-3");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Invalidated the tag product-3.").waitFor();
    expect([await shop.has("product:3"), await shop.has("product:1")]).toEqual([false, true]);
    await page.getByRole("button", { name: "Switch far off" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Switch far on" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("nothing can be changed on a read-only page, and values are shown if that is allowed", async () => {
    const { shop, served } = await openShop({ showValues: true });
    await work(shop);
    const { page, problems } = await openPage(served.url);
    await page.getByRole("button", { name: "Find keys" }).click();
    await page.getByRole("list").getByRole("button", { name: "product:2" }).click();
    await page.getByText("Product 2").waitFor();
    expect(await page.getByRole("button", { name: /Delete|Invalidate|Switch/ }).count()).toBe(0);
    await page.getByText("This dashboard is read-only.").waitFor();
    expect(problems).toEqual([]);
  });

  it("a page whose server goes away says so", async () => {
    const { served } = await openShop();
    const { page } = await openPage(served.url);
    await page.getByText("Live", { exact: true }).waitFor();
    await served.close();
    await page.getByText("Connection lost; trying again").waitFor();
  });
});

const SCREENS: Readonly<Record<string, Screen>> = {
  light: { width: 1_100, height: 900, scheme: "light" },
  dark: { width: 1_100, height: 900, scheme: "dark" },
  phone: { width: 375, height: 700, scheme: "light" },
};

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

it.each(Object.entries(SCREENS))("axe finds nothing to mend on a %s screen", async (name, screen) => {
  const { shop, served } = await openShop({ authorize, showValues: true });
  const { page, problems } = await openPage(served.url, screen);
  await page.getByText("Live", { exact: true }).waitFor();
  for (let round = 0; round < 8; round++) {
    await work(shop, 10 + 5 * (round % 3));
    for (let id = 0; id < 5; id++) await shop.getOrSet(`order:${round}-${id}`, async () => ({ id }));
    await page.waitForTimeout(250);
  }
  if (name !== "dark") await screenshot(page, name);
  await page.getByRole("button", { name: "Find keys" }).click();
  await page.getByRole("list").getByRole("button", { name: "product:2" }).click();
  await page.getByText("Product 2").waitFor();
  if (name === "dark") await screenshot(page, name);
  await page.getByText("The same as a table").click();
  expect(await violations(page)).toEqual([]);
  const overflow = await page.locator("html").evaluate((html: Box) => html.scrollWidth - html.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(problems).toEqual([]);
});

/** For the README, if somebody wants them: see CONTRIBUTING.md. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/dashboard-${name}.png` });
}

async function violations(page: Page): Promise<string[]> {
  // The page's policy runs no other script: this one comes through the debugger.
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
  });
}

interface Box {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
