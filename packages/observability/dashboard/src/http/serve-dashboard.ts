import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkInteger, checkKnown, checkOption } from "@hitbox/core";
import { dashboard } from "../dashboard.ts";
import { DASHBOARD_OPTIONS, type DashboardOptions, settingsOf } from "../options.ts";
import { nodeHandler } from "./node-handler.ts";

export interface ServeOptions extends DashboardOptions {
  /** Default: 0, any free one. */
  readonly port?: number | undefined;
  /**
   * The address to listen on. With another one than the loopback address, everyone who reaches it sees the
   * keys: give `authorize` too. Default: `127.0.0.1`.
   */
  readonly host?: string | undefined;
}

/** A dashboard with a server of its own. */
export interface ServedDashboard extends AsyncDisposable {
  /** The address of the page, such as `http://127.0.0.1:4000/`. */
  readonly url: string;
  /** Ends open pages and the server. Closes no cache and no backend. */
  close(): Promise<void>;
}

/**
 * Serves a dashboard at a port of its own. Unless `hosts` says otherwise, it answers to its address and to
 * `localhost` alone.
 *
 * @throws TypeError for an option that is unknown or wrong; the system's error if it cannot listen.
 * @example
 * const cities = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
 * await using served = await serveDashboard({ caches: { cities } });
 * const { status } = await fetch(served.url);
 * status; // 200
 */
export async function serveDashboard(options: ServeOptions = {}): Promise<ServedDashboard> {
  checkKnown("serveDashboard", options, [...DASHBOARD_OPTIONS, "port", "host"]);
  const { host = "127.0.0.1", port = 0, ...others } = options;
  checkInteger("port", port, 0, 65_535);
  checkOption(typeof host === "string" && host !== "", "host", host, "must be an address");
  settingsOf(others);
  const server = createServer();
  // Its port is known when it listens; nothing is counted if it cannot.
  const bound = await listen(server, port, host);
  const name = `${host.includes(":") ? `[${host}]` : host}:${bound}`;
  const page = dashboard({ hosts: [name, `localhost:${bound}`], ...others });
  server.on("request", nodeHandler(page));
  const close = async (): Promise<void> => {
    await page.close();
    await end(server);
  };
  return { url: `http://${name}${others.path ?? ""}/`, close, [Symbol.asyncDispose]: close };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Does nothing the second time. */
async function end(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
