import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { prometheus } from "@hitbox/prometheus";
import { createAdaptorServer } from "@hono/node-server";
import { Registry } from "prom-client";
import { CitiesCache } from "./cities-cache.ts";
import { citiesDashboard, DASHBOARD_PATH } from "./cities-dashboard.ts";
import { cities } from "./city.ts";
import { routes } from "./routes.ts";
import { type CacheSettings, describeSecondTier, openTiers } from "./tiers.ts";

export interface ServiceSettings extends CacheSettings {
  /** 0: any free one. Undefined: 3000 where that is free, else any free one. */
  readonly port: number | undefined;
}

export interface Service {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Address of the dashboard. */
  readonly dashboard: string;
  readonly secondTier: string;
  /** Answers what has been asked, then closes the cache. */
  close(): Promise<void>;
}

/** Starts the service on 127.0.0.1. Rejects with the system's error where it cannot listen. */
export async function startService(settings: ServiceSettings, log: (line: string) => void): Promise<Service> {
  const register = new Registry();
  const metrics = prometheus({ register });
  const cache = new CitiesCache(cities, openTiers(settings), log);
  const page = citiesDashboard(cache.cache);
  const server = createAdaptorServer({ fetch: routes(cache, { page, register }, log).fetch }) as Server;
  try {
    await listen(server, settings.port);
  } catch (error) {
    metrics.stop();
    await page.close();
    await cache.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    dashboard: `http://127.0.0.1:${port}${DASHBOARD_PATH}/`,
    secondTier: describeSecondTier(settings),
    async close() {
      // An open page is a request that does not end by itself.
      await page.close();
      server.close();
      await once(server, "close");
      await cache.close();
      metrics.stop();
    },
  };
}

async function listen(server: Server, port: number | undefined): Promise<void> {
  try {
    await listenAt(server, port ?? 3000);
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    await listenAt(server, 0);
  }
}

async function listenAt(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
