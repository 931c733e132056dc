import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess, Owner } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const run = promisify(execFile);

/** A real PostgreSQL on 127.0.0.1, with one empty database. */
export interface Postgres extends Omit<ServerControls, "stop" | "resume"> {
  /** `postgres://hitbox@127.0.0.1:<port>/postgres`; no password is asked for. */
  readonly url: string;
  readonly port: number;
  /** A new process on the same port, with the data of the one before. Resolves when it answers. */
  restart(): Promise<void>;
}

const HOW_TO_INSTALL =
  "Install PostgreSQL (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or set " +
  "POSTGRES to the path of the program `postgres`.";

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
  const program = programOf();
  const folder = mkdtempSync(join(tmpdir(), "hitbox-postgres-"));
  const owner = ownerOf(folder);
  await makeData(program, folder, owner);
  const launched = await onFreePorts(async () => {
    const port = await freePort();
    return { port, server: await launch(program, folder, port, owner) };
  });
  const { port } = launched;
  let { server } = launched;
  const { kill } = controls(() => server);
  return {
    ...{ url: `postgres://hitbox@127.0.0.1:${port}/postgres`, port, kill },
    async restart() {
      await kill();
      // The processes of a killed server end a moment later, and hold its memory until then.
      await until("postgres starts again", async () => {
        server = await launch(program, folder, port, owner);
        return true;
      });
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
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

async function makeData(program: string, folder: string, owner: Owner | undefined): Promise<void> {
  const how = ["-U", "hitbox", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"];
  await run(join(dirname(program), "initdb"), ["-D", folder, ...how], { ...owner, cwd: folder });
}

function launch(
  program: string,
  folder: string,
  port: number,
  owner: Owner | undefined,
): Promise<OwnedProcess> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return startServer({
    ...{ name: "postgres", program, howToInstall: HOW_TO_INSTALL, folder, owner, startMs: 30_000 },
    args: ["-D", folder, "-p", `${port}`, ...settings],
    isUp: ({ output }) => output.includes("ready to accept connections"),
  });
}
