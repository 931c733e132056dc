import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

/** A real memcached on 127.0.0.1. */
export interface Memcached extends ServerControls {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly port: number;
  /** A new, empty process on the same port. Resolves when it answers. */
  restart(): Promise<void>;
}

const HOW_TO_INSTALL =
  "Install it (Debian, Ubuntu: apt-get install memcached; macOS: brew install memcached), or set MEMCACHED " +
  "to the path of the program.";

/**
 * Starts `memcached` from PATH, or the program named in MEMCACHED, and resolves when it listens. The process
 * never outlives this one. `args` are further arguments, such as `["-I", "2m"]`.
 *
 * @example
 * const server = await startMemcached();
 * after(() => server.close());
 */
export async function startMemcached(args: readonly string[] = []): Promise<Memcached> {
  const launched = await onFreePorts(async () => {
    const port = await freePort();
    return { port, server: await launch(port, args) };
  });
  const { port } = launched;
  let { server } = launched;
  return {
    ...controls(() => server),
    ...{ address: `127.0.0.1:${port}`, port },
    async restart() {
      await server.kill();
      server = await launch(port, args);
    },
  };
}

function launch(port: number, args: readonly string[]): Promise<OwnedProcess> {
  const own = ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0", "-t", "2"];
  const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
  return startServer({
    ...{ name: "memcached", program: process.env.MEMCACHED || "memcached", howToInstall: HOW_TO_INSTALL },
    ...{ args: [...own, ...user, ...args], folder: tmpdir(), startMs: 10_000 },
    isUp: (server) => isListening(server, port),
  });
}

/** Another server may have the port: this one ends then, a moment later. */
async function isListening(server: OwnedProcess, port: number): Promise<boolean> {
  if (!(await listens(port))) return false;
  await wait(10);
  return server.isRunning;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
