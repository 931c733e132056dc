import { execFile, execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess, Owner } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";
import { until } from "./until.ts";
import { untilStopped } from "./until-stopped.ts";

const run = promisify(execFile);

/** A real PostgreSQL on 127.0.0.1, with one empty database. */
export interface Postgres extends ServerControls {
  /** `postgres://hitbox@127.0.0.1:<port>/postgres`; only the role `secured` is asked for a password. */
  readonly url: string;
  readonly port: number;
  /** A new process on the same port, with the data of the one before. Resolves when it answers. */
  restart(): Promise<void>;
  /** Another server that follows this one and may only be read. */
  standby(): Promise<Postgres>;
}

const HOW_TO_INSTALL =
  "Install PostgreSQL (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or set " +
  "POSTGRES to the path of the program `postgres`.";

const ACCESS = `host all secured 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
`;

/** For speed: nothing here outlives the test. */
const SETTINGS = {
  ...{ listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" },
  ...{ full_page_writes: "off", shared_buffers: "16MB", max_connections: "60", autovacuum: "off" },
};

/**
 * Starts `postgres` from PATH, or the program named in POSTGRES, and resolves when it answers. The process
 * never outlives this one.
 *
 * @example
 * const server = await startPostgres();
 * after(() => server.close());
 */
export async function startPostgres(): Promise<Postgres> {
  return over(await makeFolder((home) => makeData(home)));
}

/** The program, and a folder with data, for one server. */
interface Home {
  readonly program: string;
  readonly folder: string;
  readonly owner: Owner | undefined;
}

async function makeFolder(fill: (home: Home) => Promise<void>): Promise<Home> {
  const program = programOf();
  const folder = mkdtempSync(join(tmpdir(), "hitbox-postgres-"));
  const home = { program, folder, owner: ownerOf(folder) };
  await fill(home);
  return home;
}

async function over(home: Home): Promise<Postgres> {
  const launched = await onFreePorts(async () => {
    const port = await freePort();
    return { port, server: await launch(home, port) };
  });
  const { port } = launched;
  let { server } = launched;
  const { kill } = controls(() => server);
  const stop = (): void => {
    // The postmaster first, so that it starts no process that goes on.
    server.signal("SIGSTOP");
    untilStopped(server.pid);
    const children = childrenOf(server.pid);
    for (const pid of children) signalIfAlive(pid, "SIGSTOP");
    for (const pid of children) untilStopped(pid);
  };
  const resume = (): void => {
    server.signal("SIGCONT");
    for (const pid of childrenOf(server.pid)) signalIfAlive(pid, "SIGCONT");
  };
  return {
    ...{ url: `postgres://hitbox@127.0.0.1:${port}/postgres`, port },
    ...{ stop, resume, kill },
    async restart() {
      await kill();
      // The processes of a killed server end a moment later, and hold its memory until then.
      await until("postgres starts again", async () => {
        server = await launch(home, port);
        return true;
      });
    },
    standby: async () => over(await makeFolder((copy) => copyData(copy, port))),
    async close() {
      await kill();
      rmSync(home.folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** The processes that a process has started; PostgreSQL has one for each connection. */
function childrenOf(parent: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid as number);
}

/** A process of a connection may end at any time. */
function signalIfAlive(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Its real path: `initdb` is beside it. */
function programOf(): string {
  const named = process.env.POSTGRES;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const path of named ? [named] : folders.map((folder) => join(folder, "postgres"))) {
    try {
      return realpathSync(path);
    } catch {}
  }
  throw new Error(`"postgres" was not found. ${HOW_TO_INSTALL}`);
}

/** PostgreSQL refuses root: then it runs as the user postgres, or nobody. */
function ownerOf(folder: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8");
  const [, uid, gid] =
    /^postgres:[^:]*:(\d+):(\d+)/m.exec(users) ?? /^nobody:[^:]*:(\d+):(\d+)/m.exec(users) ?? [];
  if (uid === undefined) throw new Error("PostgreSQL refuses root, and there is no user postgres or nobody");
  const owner = { uid: Number(uid), gid: Number(gid) };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

async function makeData({ program, folder, owner }: Home): Promise<void> {
  const how = ["-U", "hitbox", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"];
  await run(join(dirname(program), "initdb"), ["-D", folder, ...how], { ...owner, cwd: folder });
  writeFileSync(join(folder, "pg_hba.conf"), ACCESS);
}

/** `-R` makes the copy a standby. */
async function copyData({ program, folder, owner }: Home, port: number): Promise<void> {
  const from = ["-h", "127.0.0.1", "-p", `${port}`, "-U", "hitbox"];
  const how = ["-D", folder, "-R", "--checkpoint=fast", "--no-sync"];
  await run(join(dirname(program), "pg_basebackup"), [...from, ...how], { ...owner, cwd: folder });
}

function launch({ program, folder, owner }: Home, port: number): Promise<OwnedProcess> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return startServer({
    ...{ name: "postgres", program, howToInstall: HOW_TO_INSTALL, folder, owner, startMs: 30_000 },
    args: ["-D", folder, "-p", `${port}`, ...settings],
    isUp: ({ output }) => /ready to accept (read-only )?connections/.test(output),
  });
}
