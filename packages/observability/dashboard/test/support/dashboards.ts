import { type Cache, createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { onTestFinished } from "vitest";
import { type Dashboard, type DashboardOptions, dashboard } from "../../src/index.ts";

export const ORIGIN = "http://dashboard.test";

/** A cache whose entries are inspected. */
export function openCache(): Cache {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "5m" });
  onTestFinished(() => cache.close());
  return cache;
}

export function open(options: DashboardOptions = {}): Dashboard {
  const page = dashboard(options);
  onTestFinished(() => page.close());
  return page;
}

/** Asks as the page does. */
export async function get(page: Dashboard, path: string, headers = {}): Promise<Answer> {
  return answerOf(await page.handle(new Request(ORIGIN + path, { headers })));
}

export const OWN_SITE = {
  origin: ORIGIN,
  "sec-fetch-site": "same-origin",
  "content-type": "application/json",
};

/** Sends a change as the page does, unless `headers` say otherwise. */
export async function post(
  page: Dashboard,
  path: string,
  body: unknown,
  headers = OWN_SITE,
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const request = new Request(ORIGIN + path, { method: "POST", body: text, headers });
  return answerOf(await page.handle(request));
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of all kinds
  readonly body: any;
}

async function answerOf(response: Response): Promise<Answer> {
  const { headers, status } = response;
  const isJson = headers.get("content-type")?.startsWith("application/json");
  return { status, headers, body: await (isJson ? response.json() : response.text()) };
}
