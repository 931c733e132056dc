import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

/** A DynamoDB on this machine that keeps nothing on disk and takes any credentials. */
export interface DynamoDbServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  /** True if each pair of an access key and a region has tables of its own, or all have the same. */
  readonly keepsRegionsApart: boolean;
  close(): Promise<void>;
}

/** A process of its own, which can be made to misbehave. */
export interface DynamoDbLocal extends DynamoDbServer, ServerControls {}

export interface DynamoDbLocalOptions {
  /**
   * What the process is to be quick at: `start` (default; measured, it halves the 3 s of processor time that
   * this takes) or `long run`, with all that Java's compilers can do.
   */
  readonly quickAt?: "start" | "long run";
}

const HOW_TO_INSTALL =
  "Install a Java runtime, version 11 or later (Debian, Ubuntu: apt-get install default-jre-headless; macOS: " +
  "brew install openjdk), or set JAVA to the path of the program.";
const QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
const require = createRequire(import.meta.url);

/**
 * Starts AWS's DynamoDB Local, with `java` from PATH or the program named in JAVA, and resolves when it
 * answers. The process never outlives this one.
 *
 * @example
 * const server = await startDynamoDbLocal();
 * after(() => server.close());
 */
export async function startDynamoDbLocal({
  quickAt = "start",
}: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  const { port, server } = await launchAnywhere(quickAt === "start" ? QUICK_START : []);
  const endpoint = `http://127.0.0.1:${port}`;
  return { ...controls(() => server), endpoint, port, keepsRegionsApart: true };
}

/**
 * Starts dynalite, an independent implementation in JavaScript, in this process. It knows no time to live.
 */
export async function startDynalite(): Promise<DynamoDbServer> {
  const dynalite = require("dynalite") as (options: { readonly createTableMs: number }) => Server;
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
  // A busy process closes an idle connection late, just when its client sends on it.
  server.keepAliveTimeout = 0;
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    keepsRegionsApart: false,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Launched {
  readonly port: number;
  readonly server: OwnedProcess;
}

// A free port may be taken before the server binds it.
async function launchAnywhere(flags: readonly string[], attempts = 5): Promise<Launched> {
  const port = await freePort();
  try {
    return { port, server: await launchAt(port, flags) };
  } catch (error) {
    if (attempts === 1 || !String(error).includes("Address already in use")) throw error;
    return launchAnywhere(flags, attempts - 1);
  }
}

function launchAt(port: number, flags: readonly string[]): Promise<OwnedProcess> {
  const jar = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
  const options = ["-inMemory", "-disableTelemetry", "-port", `${port}`];
  return startServer({
    ...{ name: "DynamoDB Local", program: process.env.JAVA || "java", howToInstall: HOW_TO_INSTALL },
    args: [...flags, ...jar, ...options],
    folder: join(dirname(require.resolve("amplify-dynamodb-simulator/package.json")), "emulator"),
    startMs: 60_000,
    isUp: () => answers(port),
  });
}

/** True if somebody answers HTTP: a request without an operation is refused, by a server that is up. */
async function answers(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(5_000);
  return fetch(`http://127.0.0.1:${port}`, { signal }).then(
    async (reply) => {
      await reply.arrayBuffer();
      return true;
    },
    () => false,
  );
}
