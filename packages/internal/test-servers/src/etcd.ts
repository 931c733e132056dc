import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

/** A real etcd on 127.0.0.1: one member, empty. */
export interface Etcd extends ServerControls {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

const HOW_TO_INSTALL =
  "Install it (Debian, Ubuntu: apt-get install etcd-server; macOS: brew install etcd), or set ETCD to the " +
  "path of the program.";

/**
 * Starts `etcd` from PATH, or the program named in ETCD, and resolves when it answers. The process never
 * outlives this one. Its log is in memory where Linux has a folder for that: etcd waits for the disk at each
 * write.
 *
 * @example
 * const server = await startEtcd();
 * after(() => server.close());
 */
export async function startEtcd(): Promise<Etcd> {
  const folder = makeFolder();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { url, server } = await onFreePorts(async () => {
      const [clients, peers] = [await urlOnFreePort(), await urlOnFreePort()];
      return { url: clients, server: await launch(folder, clients, peers) };
    });
    const taken = controls(() => server);
    return { ...taken, url, close: () => taken.kill().then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

function makeFolder(): string {
  try {
    return mkdtempSync("/dev/shm/hitbox-etcd-");
  } catch {
    return mkdtempSync(join(tmpdir(), "hitbox-etcd-"));
  }
}

async function urlOnFreePort(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

function launch(folder: string, clients: string, peers: string): Promise<OwnedProcess> {
  const settings = {
    "log-level": "error",
    ...{ "data-dir": join(folder, "data"), "initial-cluster": `default=${peers}` },
    ...{ "listen-client-urls": clients, "advertise-client-urls": clients },
    ...{ "listen-peer-urls": peers, "initial-advertise-peer-urls": peers },
  };
  return startServer({
    ...{ name: "etcd", program: process.env.ETCD || "etcd", howToInstall: HOW_TO_INSTALL },
    args: Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ...{ folder, startMs: 30_000 },
    isUp: () => isHealthy(clients),
  });
}

/** True once the member has elected itself. */
async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}
