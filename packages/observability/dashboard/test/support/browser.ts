import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const QUIET = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** A page in a real browser, and everything that went wrong in it. */
export interface Opened {
  readonly page: Page;
  /** Messages of errors and warnings, and requests to other hosts. */
  readonly problems: readonly string[];
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

const DESK: Screen = { width: 1_100, height: 900, scheme: "light" };

/** Opens an address in Chromium with a profile of its own. */
export async function openPage(url: string, { height, scheme, width }: Screen = DESK): Promise<Opened> {
  const profile = await mkdtemp(join(tmpdir(), "hitbox-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || PATHS.find((path) => existsSync(path)) || "chromium",
    args: QUIET,
    colorScheme: scheme,
    viewport: { width, height },
  });
  onTestFinished(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  const problems = watch(context, new URL(url).host);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(url);
  return { page, problems };
}

function watch(context: BrowserContext, host: string): string[] {
  const problems: string[] = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.host !== host) problems.push(`asked ${url.host}`);
  });
  context.on("requestfailed", (request) => {
    // A page that is left gives up its streams, and what it fetched ahead of a click.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") problems.push(`failed: ${request.url()} (${reason})`);
  });
  return problems;
}
