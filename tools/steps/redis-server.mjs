import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { bundledRedis } from "./bundled-redis.mjs";
import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a real redis-server. Install one:
  Debian, Ubuntu:  sudo apt-get install redis-server
  Fedora:          sudo dnf install redis
  macOS:           brew install redis
or start Docker (on Linux), or set REDIS_SERVER to the path of the program.`;

/** A redis-server that can be run, as `{ path, source }`; at last one from Docker's image, in `folder`. */
export function redisServer(folder = join(ROOT, ".cache/redis-server")) {
  return program({
    variable: "REDIS_SERVER",
    names: ["redis-server"],
    debian: "redis-server",
    howToInstall: HOW_TO_INSTALL,
    others: { Docker: () => bundledRedis(folder) },
  });
}
