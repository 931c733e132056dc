import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

const run = promisify(execFile);

/** A real MariaDB on 127.0.0.1, with one empty database. */
export interface MariaDb extends ServerControls {
  /** `mysql://root@127.0.0.1:<port>/test`; root has no password. */
  readonly url: string;
  readonly port: number;
  /** A new process on the same port, with the data of the one before. Resolves when it answers. */
  restart(): Promise<void>;
}

const HOW_TO_INSTALL =
  "Install MariaDB (Debian, Ubuntu: apt-get install mariadb-server; macOS: brew install mariadb), or set " +
  "MARIADB to the path of the program `mariadbd`.";

/** For speed: nothing here outlives the test. */
const SETTINGS = [
  ...["bind-address=127.0.0.1", "skip-name-resolve", "skip-log-bin", "innodb-flush-log-at-trx-commit=0"],
  ...["innodb-buffer-pool-size=16M", "innodb-log-file-size=8M", "performance-schema=OFF"],
  ...["innodb-fast-shutdown=2", "innodb-buffer-pool-dump-at-shutdown=OFF", "max-connections=100"],
];

/** Debian puts the server where only root looks for programs. */
const FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/**
 * Starts `mariadbd` from PATH, or the program named in MARIADB, and resolves when it answers. The process
 * never outlives this one. `settings` are further ones, such as `max-allowed-packet=1M`.
 *
 * @example
 * const server = await startMariaDb();
 * after(() => server.close());
 */
export async function startMariaDb(settings: readonly string[] = []): Promise<MariaDb> {
  const program = programOf();
  const folder = mkdtempSync(join(tmpdir(), "hitbox-mariadb-"));
  cpSync(await emptyData(program), join(folder, "data"), { recursive: true });
  const launched = await onFreePorts(async () => {
    const port = await freePort();
    return { port, server: await launch(program, folder, port, settings) };
  });
  const { port } = launched;
  let { server } = launched;
  const { kill, stop, resume } = controls(() => server);
  return {
    ...{ url: `mysql://root@127.0.0.1:${port}/test`, port, kill, stop, resume },
    async restart() {
      await kill();
      server = await launch(program, folder, port, settings);
    },
    async close() {
      await kill();
      removeSocket(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function programOf(): string {
  const named = process.env.MARIADB;
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...FOLDERS];
  for (const path of named ? [named] : folders.map((folder) => join(folder, "mariadbd"))) {
    try {
      return realpathSync(path);
    } catch {}
  }
  throw new Error(`"mariadbd" was not found. ${HOW_TO_INSTALL}`);
}

/**
 * The data of a new server. To make them takes seconds, so one copy of each version of the program stays in
 * the system's folder for temporary files, for all tests. Two processes may make it at once: one wins.
 */
async function emptyData(program: string): Promise<string> {
  const kept = join(tmpdir(), `hitbox-mariadb-empty-${process.getuid?.()}-${statSync(program).mtimeMs}`);
  if (existsSync(kept)) return kept;
  const made = mkdtempSync(`${kept}-`);
  const how = ["--no-defaults", `--datadir=${made}`, "--auth-root-authentication-method=normal"];
  await run(installer(program), [...how, ...asRoot(), "--innodb-log-file-size=8M", "--skip-log-bin"]);
  try {
    renameSync(made, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
  return kept;
}

/**
 * Without a look at it: if the last file that Node 20 looked at is a socket, its next `require` of a linked
 * package takes the link for the package's folder, and does not find the package's dependencies.
 */
function removeSocket(folder: string): void {
  try {
    unlinkSync(join(folder, "socket"));
  } catch {}
}

/** Beside the server, or in `bin` beside its `sbin`. */
function installer(program: string): string {
  const name = "mariadb-install-db";
  const beside = join(dirname(program), name);
  return existsSync(beside) ? beside : join(dirname(program), "../bin", name);
}

/** MariaDB refuses to run as root unless it is told to. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

function launch(
  program: string,
  folder: string,
  port: number,
  settings: readonly string[],
): Promise<OwnedProcess> {
  const own = [`datadir=${join(folder, "data")}`, `socket=${join(folder, "socket")}`, `port=${port}`];
  const all = [...own, ...SETTINGS, ...settings].map((setting) => `--${setting}`);
  return startServer({
    ...{ name: "mariadbd", program, howToInstall: HOW_TO_INSTALL, folder, startMs: 30_000 },
    args: ["--no-defaults", ...asRoot(), ...all],
    isUp: ({ output }) => output.includes("ready for connections"),
  });
}
