import { type Dashboard, honoHandler } from "@hitbox/dashboard";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import type { Answered, CitiesCache } from "./cities-cache.ts";
import { DASHBOARD_PATH } from "./cities-dashboard.ts";
import { BadParameter, parseNearestQuery } from "./nearest-query.ts";

/** The pages beside the service's own. */
interface Pages {
  readonly page: Dashboard;
  readonly register: Registry;
}

/**
 * `GET /nearest?lat=&lon=&n=`. The headers say where the answer is from (`x-cache-source`), which tier is away
 * (`x-cache-degraded`, only while one is), and the milliseconds that the answer and its scan took (`server-timing`).
 * `GET /metrics` is the page for Prometheus, and `/dashboard` the dashboard.
 */
export function routes(cache: CitiesCache, { page, register }: Pages, log: (line: string) => void): Hono {
  const app = new Hono();
  app.all(`${DASHBOARD_PATH}/*`, honoHandler(page));
  app.get("/nearest", async (context) => {
    const start = performance.now();
    const answered = await cache.nearest(parseNearestQuery(new URL(context.req.url).searchParams));
    const { degraded } = cache.health;
    context.header("x-cache-source", answered.source);
    if (degraded !== undefined) context.header("x-cache-degraded", degraded);
    context.header("server-timing", timing(performance.now() - start, answered));
    return context.json(answered.answer);
  });
  app.get("/metrics", async (context) =>
    context.body(await register.metrics(), 200, { "content-type": register.contentType }),
  );
  app.notFound((context) =>
    context.json({ error: "There are only GET /nearest?lat=&lon=&n= and GET /metrics here." }, 404),
  );
  app.onError((error, context) => {
    if (error instanceof BadParameter) {
      return context.json({ error: error.message, parameter: error.parameter }, 400);
    }
    log(`${context.req.path} failed: ${error.stack ?? error.message}`);
    return context.json({ error: "The service failed; its log says why." }, 500);
  });
  return app;
}

/** Names and durations as in W3C Server Timing. */
function timing(totalMs: number, { scanMs }: Answered): string {
  const total = `total;dur=${totalMs.toFixed(3)}`;
  return scanMs === undefined ? total : `${total}, scan;dur=${scanMs.toFixed(3)}`;
}
