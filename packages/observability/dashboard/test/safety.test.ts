import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import { describe, expect, it } from "vitest";
import type { Access } from "../src/index.ts";
import { dashboard } from "../src/index.ts";
import { get, OWN_SITE, open, openCache, post } from "./support/dashboards.ts";

const DELETE = { source: "shop", key: "rates" };
const allow = () => true;

async function filled() {
  const shop = openCache();
  await shop.set("rates", 1);
  return shop;
}

describe("without authorize", () => {
  it.each([
    ["api/delete", DELETE],
    ["api/invalidate", { source: "shop", tag: "prices" }],
    ["api/switch", { name: "near", isOn: false }],
  ])("%s is refused, and says what allows it", async (path, body) => {
    const near = switchable(memory({ maxEntries: 10 }));
    const shop = await filled();
    const page = open({ caches: { shop }, switches: { near } });
    const answer = await post(page, `/${path}`, body);
    expect(answer.status).toBe(403);
    expect(answer.body.error).toContain("authorize");
    expect([await shop.get("rates"), near.isOn]).toEqual([1, true]);
  });
});

describe("with authorize", () => {
  it("it is told whether a request would change anything", async () => {
    const asked: [string, Access][] = [];
    const authorize = (request: Request, access: Access) => {
      asked.push([new URL(request.url).pathname, access]);
      return true;
    };
    const page = open({ caches: { shop: await filled() }, authorize });
    await get(page, "/api/state");
    await post(page, "/api/delete", DELETE);
    expect(asked).toEqual([
      ["/api/state", "read"],
      ["/api/delete", "write"],
    ]);
  });

  it.each([
    ["answers false", () => false],
    ["answers something true that is not true", () => "yes" as unknown as boolean],
    ["rejects", () => Promise.reject(new Error("no session"))],
    [
      "throws",
      () => {
        throw new Error("no session");
      },
    ],
  ])("all is refused if it %s", async (_, authorize) => {
    const shop = await filled();
    const page = open({ caches: { shop }, authorize });
    expect((await post(page, "/api/delete", DELETE)).status).toBe(403);
    expect((await get(page, "/")).status).toBe(403);
    expect(await shop.get("rates")).toBe(1);
  });

  const { origin: _, ...withoutOrigin } = OWN_SITE;
  it.each([
    ["another origin", 403, { ...OWN_SITE, origin: "http://elsewhere.test" }],
    ["an opaque origin", 403, { ...OWN_SITE, origin: "null" }],
    ["no origin", 403, withoutOrigin],
    ["another site", 403, { ...OWN_SITE, "sec-fetch-site": "cross-site" }],
    ["a neighbouring site", 403, { ...OWN_SITE, "sec-fetch-site": "same-site" }],
    [
      "a form of another site",
      403,
      { ...OWN_SITE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    ],
    ["a type that forms can send", 415, { ...OWN_SITE, "content-type": "text/plain" }],
  ])("a change from %s is refused with %d", async (_, status, headers) => {
    const shop = await filled();
    const page = open({ caches: { shop }, authorize: allow });
    expect((await post(page, "/api/delete", DELETE, headers as typeof OWN_SITE)).status).toBe(status);
    expect(await shop.get("rates")).toBe(1);
  });

  it("a form of another site changes nothing, whatever it sends", async () => {
    const shop = await filled();
    const page = open({ caches: { shop }, authorize: allow });
    const headers = {
      "content-type": "text/plain",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": "cross-site",
    };
    expect((await post(page, "/api/delete", DELETE, headers as never)).status).toBe(403);
    expect(await shop.get("rates")).toBe(1);
  });

  it("a body over its limit is refused before it is all read", async () => {
    const page = open({ caches: { shop: await filled() }, authorize: allow });
    expect((await post(page, "/api/delete", { ...DELETE, more: "x".repeat(70_000) })).status).toBe(413);
  });

  it.each(["", "[]", "null", "{", '"text"'])("the body %j is refused", async (body) => {
    const page = open({ caches: { shop: await filled() }, authorize: allow });
    const answer = await post(page, "/api/delete", body);
    expect([answer.status, answer.body.error]).toEqual([400, "The body has to be a JSON object."]);
  });
});

describe("for reading", () => {
  it("another site is told nothing", async () => {
    const page = open();
    expect((await get(page, "/api/state", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await get(page, "/api/state", { origin: "http://elsewhere.test" })).status).toBe(403);
    expect((await get(page, "/api/state", { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("a link on another site leads to the page", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await get(open(), "/", headers)).status).toBe(200);
  });

  it("a host that is not listed is refused, so that no name of another site leads here", async () => {
    const refused = await get(open({ hosts: ["localhost:80"] }), "/api/state");
    expect([refused.status, refused.body.error]).toEqual([421, expect.stringContaining("`hosts`")]);
    expect((await get(open({ hosts: ["dashboard.test"] }), "/api/state")).status).toBe(200);
  });

  it("every answer has a policy that loads nothing from elsewhere, and runs no inline script", async () => {
    const page = open();
    for (const path of ["/", "/api/state", "/none", "/page.js"]) {
      const { headers } = await get(page, path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("unknown pages and methods are refused", async () => {
    const page = open({ path: "/hitbox" });
    expect((await get(page, "/other")).status).toBe(404);
    expect((await get(page, "/hitbox/none")).status).toBe(404);
    expect((await get(page, "/hitbox/__proto__")).status).toBe(404);
    const redirect = await get(page, "/hitbox");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([308, "/hitbox/"]);
    const wrong = await post(page, "/hitbox/api/state", {});
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await get(page, "/hitbox/api/delete")).headers.get("allow")).toBe("POST");
  });
});

it.each([
  [{ path: "hitbox" }, "path"],
  [{ path: "/hitbox/" }, "path"],
  [{ caches: { shop: memory({ maxEntries: 1 }) } }, "caches"],
  [{ backends: { shop: {} } }, "backends"],
  [{ switches: { near: memory({ maxEntries: 1 }) } }, "switches"],
  [{ authorize: true }, "authorize"],
  [{ showValues: "yes" }, "showValues"],
  [{ hosts: "localhost" }, "hosts"],
  [{ fleet: {} }, "fleet"],
  [{ trackedKeys: -1 }, "trackedKeys"],
  [{ interval: 1 }, "interval"],
  [{ autorize: () => true }, "authorize"],
])("the option in %o is a TypeError that names it", (options, name) => {
  expect(() => dashboard(options as never)).toThrow(expect.objectContaining({ name: "TypeError" }));
  expect(() => dashboard(options as never)).toThrow(name);
});
