import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { bundledRedis } from "./bundled-redis.mjs";
import { installed, onPath } from "./installed.mjs";

const HOW_TO_INSTALL = `The tests need a real redis-server. Install one:
  Debian, Ubuntu:  sudo apt-get install redis-server
  Fedora:          sudo dnf install redis
  macOS:           brew install redis
or start Docker (on Linux), or set REDIS_SERVER to the path of the program.`;

/**
 * A redis-server that can be run: the one named by REDIS_SERVER, else from PATH, else installed with apt-get
 * (as root on Debian or Ubuntu), else copied out of Docker's image into `folder`. Resolves with `{ path,
 * source }`, where `source` says which.
 */
export async function redisServer(folder = join(ROOT, ".cache/redis-server")) {
  if (process.env.REDIS_SERVER) return { path: process.env.REDIS_SERVER, source: "REDIS_SERVER" };
  const path = await onPath("redis-server");
  if (path !== undefined) return { path, source: path };
  const reasons = ["PATH: there is none"];
  for (const [name, get] of [
    ["apt-get", () => installed("redis-server", "redis-server")],
    ["Docker", () => bundledRedis(folder)],
  ]) {
    try {
      return { path: await get(), source: name };
    } catch (error) {
      reasons.push(`${name}: ${error.message.trim()}`);
    }
  }
  throw new Error(`${HOW_TO_INSTALL}\nTried:\n  ${reasons.join("\n  ")}`);
}
