import { setTimeout as sleep } from "node:timers/promises";
import type { RawHooks } from "@hitbox/conformance";
import type { Relays } from "@hitbox/test-servers";
import { ask, secondsLeft } from "./support.ts";

/** Seconds from which on the adapter adds an hour, for a server whose clock is ahead. */
const FAR = 30 * 86_400;
const HOUR = 3_600;
/** Milliseconds that a server keeps an item after its end, as it counts in seconds. */
const LAST_SECONDS_MS = 2_000;

/** The way to servers beneath a backend: `behind` are the ports of those that hold the entries. */
export function beneath(relays: Relays, behind: () => readonly number[]): RawHooks {
  /** The first answer of a server that has the key. */
  const found = async <T>(look: (port: number) => Promise<T | undefined>): Promise<T | undefined> => {
    for (const port of behind()) {
      const answer = await look(port);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  return {
    client: "own",
    ...relays.hooks,
    bytes: (space, key) => found((port) => bytesOf(port, keyIn(space, key))),
    timeToLive: (space, key) =>
      found(async (port) => {
        const seconds = await secondsLeft(port, keyIn(space, key));
        if (seconds === undefined) return undefined;
        if (seconds < 0) return Number.POSITIVE_INFINITY;
        return 1_000 * (seconds > FAR ? seconds - HOUR : seconds);
      }),
    async damage(space, key) {
      const at = keyIn(space, key);
      for (const port of behind())
        if ((await bytesOf(port, at)) !== undefined) await ask(port, `ms ${at} 8\r\nno entry`);
    },
    // The adapter has no sweep. The server's own takes expired items, once their last second is over.
    async sweep() {
      await sleep(LAST_SECONDS_MS);
      await Promise.all(behind().map((port) => ask(port, "lru_crawler crawl all")));
    },
  };
}

/** The key of an item: what no key may have is written as its bytes. */
function keyIn(space: string, key: string): string {
  const escaped = key.replace(/[^!-~]|%/gu, (character) =>
    Buffer.from(character).toString("hex").toUpperCase().replace(/../g, "%$&"),
  );
  return `${space}::${escaped}`;
}

async function bytesOf(port: number, key: string): Promise<Uint8Array | undefined> {
  const [line = "", ...rest] = (await ask(port, `mg ${key} v`)).split("\r\n");
  return line.startsWith("VA ") ? Buffer.from(rest.join("\r\n"), "latin1") : undefined;
}
