import { setTimeout as wait } from "node:timers/promises";
import { type RedisServer, redisCommand } from "@hitbox/test-servers";

const WELL_MS = 6_000;
const ILL_MS = 2_000;

/** What happens to the server, in turns, with time to recover between. */
const TROUBLES: readonly ((server: RedisServer) => Promise<unknown>)[] = [
  (server) => redisCommand(server.port, "CLIENT", "KILL", "TYPE", "normal"),
  async (server) => {
    server.stop();
    await wait(ILL_MS);
    server.resume();
  },
  async (server) => {
    await server.kill();
    await wait(ILL_MS);
    await server.restart();
  },
  (server) => redisCommand(server.port, "FLUSHALL"),
];

/** Makes trouble until `signal` is aborted. */
export async function makeTrouble(server: RedisServer, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    await wait(WELL_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await TROUBLES[turn % TROUBLES.length]?.(server);
  }
}
