import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "@hitbox/test-servers";
import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { expect, it, onTestFinished } from "vitest";
import {
  type Dashboard,
  dashboard,
  fastifyHandler,
  honoHandler,
  nodeHandler,
  serveDashboard,
} from "../src/index.ts";
import { open, openCache } from "./support/dashboards.ts";

type Serve = (page: Dashboard) => Promise<string>;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const FRAMEWORKS: Readonly<Record<string, Serve>> = {
  "node:http": (page) => listening(createServer(nodeHandler(page))),
  express: (page) => {
    const app = express();
    app.use(nodeHandler(page));
    app.get("/other", (_, response) => void response.send("other"));
    return listening(createServer(app as RequestListener));
  },
  "express with parsed bodies": (page) => {
    const app = express();
    app.use(express.json());
    app.use("/hitbox", nodeHandler(page));
    return listening(createServer(app as RequestListener));
  },
  fastify: async (page) => {
    const app = fastify();
    app.all("/hitbox", fastifyHandler(page));
    app.all("/hitbox/*", fastifyHandler(page));
    onTestFinished(() => app.close());
    return app.listen({ host: "127.0.0.1", port: 0 });
  },
  hono: (page) => {
    const app = new Hono();
    app.all("/hitbox/*", honoHandler(page));
    return listening(createAdaptorServer({ fetch: app.fetch }) as Server);
  },
};

it.each(Object.entries(FRAMEWORKS))("%s serves the page, its states and its changes", async (_, serve) => {
  const shop = openCache();
  await shop.set("rates", 1);
  const page = open({ caches: { shop }, path: "/hitbox", authorize: () => true, interval: 100 });
  const origin = await serve(page);
  expect(await (await fetch(`${origin}/hitbox`)).text()).toContain("<title>hitbox");

  const { body } = await fetch(`${origin}/hitbox/api/events`);
  const reader = body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/^data: /);
  await reader?.cancel();

  const change = { method: "POST", body: '{"source":"shop","key":"rates"}' };
  const headers = { origin, "content-type": "application/json" };
  const done = await fetch(`${origin}/hitbox/api/delete`, { ...change, headers });
  expect(await done.json()).toEqual({ wasThere: true });
  const elsewhere = { ...headers, origin: "http://elsewhere.test" };
  expect((await fetch(`${origin}/hitbox/api/delete`, { ...change, headers: elsewhere })).status).toBe(403);
});

it("other pages of an Express application are not the dashboard's", async () => {
  const origin = await FRAMEWORKS.express?.(open({ path: "/hitbox" }));
  expect(await (await fetch(`${origin}/other`)).text()).toBe("other");
});

it("a dashboard of its own answers to its address alone, until it is closed", async () => {
  const shop = openCache();
  const served = await serveDashboard({ caches: { shop } });
  onTestFinished(() => served.close());
  const { body } = await fetch(`${served.url}api/events`);
  const other = createServer(nodeHandler(dashboard({ hosts: ["elsewhere.test"] })));
  expect((await fetch(`${await listening(other)}/api/state`)).status).toBe(421);
  expect((await fetch(`${served.url}api/state`)).status).toBe(200);
  await served.close();
  await served.close();
  await body?.cancel().catch(() => {});
  await expect(fetch(served.url)).rejects.toThrow();
});

it("a wrong option of a dashboard of its own leaves no server behind", async () => {
  const port = await freePort();
  await expect(serveDashboard({ port, interval: 0 })).rejects.toThrow(TypeError);
  await (await serveDashboard({ port })).close();
  await expect(serveDashboard({ port: -1 })).rejects.toThrow("port");
  await expect(serveDashboard({ hots: [] } as never)).rejects.toThrow("hosts");
});
