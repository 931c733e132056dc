import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, onFreePorts } from "./free-port.ts";
import { type OwnedProcess, ownProcess } from "./owned-process.ts";

/** A real redis-server on 127.0.0.1 that keeps nothing on disk. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Ends the process at once (SIGKILL), its data with it. */
  kill(): Promise<void>;
  /** Silent, but connected (SIGSTOP), until `resume`. */
  stop(): void;
  resume(): void;
  /** A new, empty process on the same port. Resolves when it answers. */
  restart(): Promise<void>;
  close(): Promise<void>;
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

/** What each mode prints when it is ready. */
const READY = { server: "Ready to accept connections", sentinel: "Sentinel ID is" };

/** A replica would leave what it has been sent in a file, which the next server in the folder loads. */
const NO_FILES = ["--rdb-del-sync-files", "yes"];

const START_MS = 10_000;

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
  const kill = (): Promise<void> => server.kill();
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    kill,
    close: kill,
    stop: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
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
  const program = process.env.REDIS_SERVER || "redis-server";
  const plain = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...NO_FILES];
  const all = mode === "sentinel" ? [...args, "--sentinel"] : [...plain, ...args];
  const server = await ownProcess(program, all, tmpdir()).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? notInstalled(program, error) : error;
  });
  try {
    await untilAnswering(server, port, READY[mode]);
    return { at: port, server };
  } catch (error) {
    await server.kill();
    throw error;
  }
}

function notInstalled(program: string, cause: Error): Error {
  const message =
    `"${program}" was not found. Install Redis (Debian, Ubuntu: apt-get install redis-server; macOS: ` +
    "brew install redis), or set REDIS_SERVER to the path of the program.";
  return new Error(message, { cause });
}

async function untilAnswering(server: OwnedProcess, port: number, word: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  // Another server may have the port: only this one's own word makes its answer count.
  while (!server.output.includes(word) || !(await answers(port))) {
    if (!server.isRunning) throw new Error(`redis-server ended on start:\n${server.output}`);
    if (Date.now() > deadline)
      throw new Error(`redis-server was silent for ${START_MS} ms:\n${server.output}`);
    await wait(10);
  }
}

/** Whether the server answers PING with anything but LOADING; one with a password refuses PING, and is up. */
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
