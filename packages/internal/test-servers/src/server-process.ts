import { setTimeout as wait } from "node:timers/promises";
import { type OwnedProcess, type Owner, ownProcess } from "./owned-process.ts";
import { untilStopped } from "./until-stopped.ts";

export interface ServerProgram {
  /** For messages. */
  readonly name: string;
  /** From PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** Default: the user of this process. */
  readonly owner?: Owner | undefined;
  /** The remedy if the program is missing. */
  readonly howToInstall: string;
  /** Milliseconds that it has to start. */
  readonly startMs: number;
  readonly isUp: (server: OwnedProcess) => boolean | Promise<boolean>;
}

/** Controls of a server process, which a test may take away. */
export interface ServerControls {
  /** Ends the process at once (SIGKILL), its data with it. */
  kill(): Promise<void>;
  /** Silent, but connected (SIGSTOP), until `resume`. */
  stop(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Starts a server, and resolves when it is up. The process never outlives this one. */
export async function startServer(wanted: ServerProgram): Promise<OwnedProcess> {
  const { program, args, folder, owner, howToInstall } = wanted;
  const server = await ownProcess(program, args, folder, owner).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? notInstalled(program, howToInstall, error) : error;
  });
  try {
    await untilUp(server, wanted);
    return server;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

/** The controls of the process that runs now. */
export function controls(server: () => OwnedProcess): ServerControls {
  const kill = (): Promise<void> => server().kill();
  return {
    ...{ kill, close: kill },
    stop() {
      server().signal("SIGSTOP");
      untilStopped(server().pid);
    },
    resume: () => server().signal("SIGCONT"),
  };
}

async function untilUp(server: OwnedProcess, { name, startMs, isUp }: ServerProgram): Promise<void> {
  const deadline = Date.now() + startMs;
  while (!(await isUp(server))) {
    if (!server.isRunning) throw new Error(`${name} ended on start:\n${server.output}`);
    if (Date.now() > deadline) throw new Error(`${name} was silent for ${startMs} ms:\n${server.output}`);
    await wait(10);
  }
}

function notInstalled(program: string, howToInstall: string, cause: Error): Error {
  return new Error(`"${program}" was not found. ${howToInstall}`, { cause });
}
