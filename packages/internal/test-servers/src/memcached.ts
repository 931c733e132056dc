import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, onFreePorts } from "./free-port.ts";
import { type OwnedProcess, ownProcess } from "./owned-process.ts";

/** A real memcached on 127.0.0.1. */
export interface Memcached {
  /** `127.0.0.1:<port>` */
  readonly address: string;
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

const START_MS = 10_000;

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
  const kill = (): Promise<void> => server.kill();
  return {
    address: `127.0.0.1:${port}`,
    port,
    kill,
    close: kill,
    stop: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    async restart() {
      await server.kill();
      server = await launch(port, args);
    },
  };
}

async function launch(port: number, args: readonly string[]): Promise<OwnedProcess> {
  const program = process.env.MEMCACHED || "memcached";
  const own = ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0", "-t", "2"];
  const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
  const server = await ownProcess(program, [...own, ...user, ...args], tmpdir()).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? notInstalled(program, error) : error;
    },
  );
  try {
    await untilListening(server, port);
    return server;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

function notInstalled(program: string, cause: Error): Error {
  const message =
    `"${program}" was not found. Install it (Debian, Ubuntu: apt-get install memcached; macOS: ` +
    "brew install memcached), or set MEMCACHED to the path of the program.";
  return new Error(message, { cause });
}

/** Another server may have the port: this one ends then, and says so. */
async function untilListening(server: OwnedProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await listens(port))) {
    if (!server.isRunning) throw new Error(`memcached ended on start:\n${server.output}`);
    if (Date.now() > deadline) throw new Error(`memcached was silent for ${START_MS} ms:\n${server.output}`);
    await wait(10);
  }
  await wait(10);
  if (!server.isRunning) throw new Error(`memcached ended on start:\n${server.output}`);
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
