import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A redis-server of this program's own: on 127.0.0.1, on a free port, in memory only. */
export interface OwnRedis {
  readonly url: string;
  /** Silent, but connected (SIGSTOP), while `run` runs. */
  whileStopped<T>(run: () => Promise<T>): Promise<T>;
  /** Ends it at once. */
  close(): Promise<void>;
}

const START_MS = 5_000;
const ATTEMPTS = 3;

/** Starts `redis-server` from PATH. It never outlives this process, unless that is itself killed by SIGKILL. */
export async function startRedis(): Promise<OwnRedis> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = launch(port);
    const kill = (): unknown => child.kill("SIGKILL");
    process.once("exit", kill);
    const closed = once(child, "close").catch(() => {});
    const close = async (): Promise<void> => {
      kill();
      await closed;
      process.removeListener("exit", kill);
    };
    try {
      await ready(child);
      return { url: `redis://127.0.0.1:${port}`, close, whileStopped: (run) => whileStopped(child, run) };
    } catch (error) {
      await close();
      // Somebody else may have taken the port since it was free.
      if (attempt === ATTEMPTS || !String(error).includes("Address already in use")) throw error;
    }
  }
}

function launch(port: number): ChildProcess {
  const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  return spawn("redis-server", ["--port", `${port}`, ...settings], { stdio: ["ignore", "pipe", "ignore"] });
}

/** Resolves when the server says that it is ready; rejects with what it said instead. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`redis-server is not ready: ${said}`)), START_MS);
    const end = (finish: () => void): void => {
      clearTimeout(late);
      finish();
    };
    child.stdout?.on("data", (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk;
      if (said.includes("Ready to accept connections")) end(resolve);
    });
    child.once("error", (error) => end(() => reject(unavailable(error))));
    child.once("exit", () => end(() => reject(new Error(`redis-server ended: ${said}`))));
  });
}

function unavailable(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  const message = "there is no redis-server on the PATH: install one, or name a running one in REDIS_URL";
  return new Error(message, { cause: error });
}

async function whileStopped<T>(child: ChildProcess, run: () => Promise<T>): Promise<T> {
  child.kill("SIGSTOP");
  try {
    // A signal takes a moment to arrive.
    await wait(5);
    return await run();
  } finally {
    child.kill("SIGCONT");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
