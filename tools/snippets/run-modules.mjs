import { mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// node run-modules.mjs [--exit] MODULE…
//
// Runs modules one after the other: each in an empty folder of its own, in this one, and with a Redis that is
// empty, at REDIS_URL. `--exit` ends the process though something of them is still open. One process for
// several modules saves most of their time, which is that of loading the packages.

const [isEnded, modules] =
  process.argv[2] === "--exit" ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];
const folder = process.cwd();

async function emptyRedis() {
  const { hostname, port } = new URL(process.env.REDIS_URL);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write("FLUSHALL\r\n");
  for await (const answer of socket) {
    if (answer === "+OK\r\n") return;
    throw new Error(`FLUSHALL: ${answer}`);
  }
}

for (const module of modules) {
  await emptyRedis();
  process.chdir(await mkdtemp(join(folder, "snippet-")));
  await import(pathToFileURL(module).href);
}
if (isEnded) process.exit();
