import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, onFreePorts } from "./free-port.ts";
import type { OwnedProcess } from "./owned-process.ts";
import { FSID, settingsOf } from "./radosgw-settings.ts";
import { controls, type ServerControls, startServer } from "./server-process.ts";

const run = promisify(execFile);

/**
 * The S3 gateway of Ceph on 127.0.0.1, over a cluster in memory: a monitor, an object store, and the gateway.
 * The controls are those of the gateway. Entries outlive it, and end with `close`.
 */
export interface S3Server extends ServerControls {
  /** `http://127.0.0.1:<port>`, with paths of the form `/bucket/key`. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** A new gateway on the same port. Resolves when it answers. */
  restart(): Promise<void>;
}

const HOW_TO_INSTALL =
  "Install Ceph's S3 gateway (Debian, Ubuntu: apt-get install radosgw ceph-mon ceph-osd), or set " +
  "RADOSGW to the path of the program `radosgw`, which has `ceph-mon` and `ceph-osd` beside it.";

/** Milliseconds for a program that prepares something, or waits for the monitor. */
const PREPARE_MS = 60_000;

const CREDENTIALS = { accessKeyId: "hitbox-test-key", secretAccessKey: "hitbox-test-secret" };

/**
 * Starts Ceph's programs from PATH, or those beside the one named in RADOSGW, and resolves when the gateway
 * answers, after some six seconds. The processes never outlive this one.
 *
 * @example
 * const server = await startRadosGw();
 * after(() => server.close());
 */
export async function startRadosGw(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), "hitbox-radosgw-"));
  const cluster = await onFreePorts(() => startCluster(folder));
  const { port, programs } = cluster;
  const launch = () => startGateway(programs, folder, port);
  let gateway = await launch();
  const user = ["--uid=hitbox", "--display-name=hitbox"];
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
  await run(join(programs, "radosgw-admin"), ["-c", "ceph.conf", "user", "create", ...user, ...keys], {
    ...{ cwd: folder, timeout: PREPARE_MS },
  });
  const { kill, stop, resume } = controls(() => gateway);
  return {
    ...{ endpoint: `http://127.0.0.1:${port}`, port, region: "us-east-1", credentials: CREDENTIALS },
    ...{ kill, stop, resume },
    async restart() {
      await kill();
      gateway = await launch();
    },
    async close() {
      await kill();
      for (const process of cluster.processes) await process.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

interface Cluster {
  readonly port: number;
  /** The folder of the programs. */
  readonly programs: string;
  readonly processes: readonly OwnedProcess[];
}

/** A monitor and an object store, whose map is made in advance: so neither has to be asked to create it. */
async function startCluster(folder: string): Promise<Cluster> {
  const programs = dirname(programOf());
  const [monitorPort, port] = [await freePort(), await freePort()];
  for (const name of ["mon", "osd", "rgw"]) {
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
  }
  writeFileSync(join(folder, "ceph.conf"), settingsOf(folder, monitorPort, port));
  const make = (program: string, ...args: string[]) =>
    run(join(programs, program), args, { cwd: folder, timeout: PREPARE_MS }).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === "ENOENT" ? new Error(`"${program}" was not found. ${HOW_TO_INSTALL}`) : error;
      },
    );
  const address = `[v2:127.0.0.1:${monitorPort}]`;
  await make("monmaptool", "--create", "--clobber", "--addv", "a", address, "--fsid", FSID, "monmap");
  await make("osdmaptool", "--createsimple", "1", "--clobber", "osdmap");
  const configured = ["-c", "ceph.conf", "-i"];
  await make("ceph-mon", ...configured, "a", "--mkfs", "--monmap", "monmap", "--osdmap", "osdmap");
  const start = (program: string, id: string) =>
    startServer({
      ...{ name: program, program: join(programs, program), args: [...configured, id, "-f"], folder },
      ...{ howToInstall: HOW_TO_INSTALL, startMs: 30_000, isUp: () => true },
    });
  const monitor = await start("ceph-mon", "a");
  // It asks the monitor for the number of the cluster.
  await make("ceph-osd", ...configured, "0", "--mkfs");
  return { port, programs, processes: [monitor, await start("ceph-osd", "0")] };
}

/** Up when it answers a request, which it does when all of its pools are made. */
function startGateway(programs: string, folder: string, port: number): Promise<OwnedProcess> {
  return startServer({
    ...{ name: "radosgw", program: join(programs, "radosgw"), folder, howToInstall: HOW_TO_INSTALL },
    ...{ args: ["-c", "ceph.conf", "-n", "client.rgw", "-f"], startMs: 60_000 },
    isUp: () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ),
  });
}

function programOf(): string {
  const named = process.env.RADOSGW;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const path of named ? [named] : folders.map((folder) => join(folder, "radosgw"))) {
    try {
      return realpathSync(path);
    } catch {}
  }
  throw new Error(`"radosgw" was not found. ${HOW_TO_INSTALL}`);
}
