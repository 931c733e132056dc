import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

/** A real redis-server on 127.0.0.1 that keeps nothing on disk. */
export interface RedisServer extends ServerControls {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** A new, empty process on the same port. Resolves when it answers. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** Further arguments of redis-server, such as `["--requirepass", "secret"]`. */
  readonly args?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
  /**
   * `sentinel` is given the path of its configuration file, which names its port, as the first of `args`.
   * Default: `server`.
   */
  readonly mode?: "server" | "sentinel";
}

/** The line that each mode prints when it is ready. */
const READY = { server: "Ready to accept connections", sentinel: "Sentinel ID is" };

/**
 * A replica puts the data that it is sent into a file. A server that starts meanwhile would load it, so each
 * has a name of its own; and none is left.
 */
function ownFile(port: number): string[] {
  return ["--rdb-del-sync-files", "yes", "--dbfilename", `test-${port}.rdb`];
}

const HOW_TO_INSTALL =
  "Install Redis (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or set " +
  "REDIS_SERVER to the path of the program.";

/**
 * Starts `redis-server` from PATH, or the program named in REDIS_SERVER, and resolves when it answers. The
 * process never outlives this one.
 *
 * @example
 * const server = await startRedis();
 * after(() => server.close());
 */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { args = [], port, mode = "server" } = options;
  const launched = await (port === undefined
    ? onFreePorts(async () => launchAt(await freePort(), args, mode))
    : launchAt(port, args, mode));
  const { at } = launched;
  let { server } = launched;
  return {
    ...controls(() => server),
    ...{ url: `redis://127.0.0.1:${at}`, port: at },
    async restart() {
      await server.kill();
      ({ server } = await launchAt(at, args, mode));
    },
  };
}

interface Launched {
  readonly at: number;
  readonly server: OwnedProcess;
}

type Mode = keyof typeof READY;

async function launchAt(port: number, args: readonly string[], mode: Mode): Promise<Launched> {
  const address = ["--port", `${port}`, "--bind", "127.0.0.1"];
  const plain = [...address, "--save", "", "--appendonly", "no", ...ownFile(port)];
  const server = await startServer({
    ...{ name: "redis-server", program: process.env.REDIS_SERVER || "redis-server" },
    ...{ howToInstall: HOW_TO_INSTALL, folder: tmpdir(), startMs: 10_000 },
    args: mode === "sentinel" ? [...args, "--sentinel"] : [...plain, ...args],
    // Another server may have the port: only this one's own word makes its answer count.
    isUp: async ({ output }) => output.includes(READY[mode]) && (await answers(port)),
  });
  return { at: port, server };
}

/** True if the server answers PING with anything but LOADING; one with a password refuses PING, and is up. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const timer = setTimeout(() => socket.destroy(new Error("silent")), 1_000);
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [reply] = (await once(socket, "data")) as [Buffer];
    return !reply.toString("latin1").startsWith("-LOADING");
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
