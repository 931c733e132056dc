import type { Cache } from "@hitbox/cache";
import { type Dashboard, dashboard } from "@hitbox/dashboard";

/** Where the service serves its dashboard. */
export const DASHBOARD_PATH = "/dashboard";

const LOCAL: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/**
 * The dashboard of the service, which may change the cache: the service listens on this machine alone, and no
 * name of another site that leads here is answered. Cities are no secrets, so values are shown.
 */
export function citiesDashboard(cities: Cache): Dashboard {
  return dashboard({
    caches: { cities },
    path: DASHBOARD_PATH,
    authorize: (request) => LOCAL.has(new URL(request.url).hostname),
    showValues: true,
  });
}
