import type { PgListener } from "../client.ts";
import type { Hearing, Line, OpenLine } from "./line.ts";

/** A connection that is used for nothing else, and the way to break it. */
export interface Taken {
  readonly client: PgListener;
  readonly release: () => void;
}

/** Lines over connections of pg. */
export function pgLines(take: () => Promise<Taken>): OpenLine {
  return async (channel, hearing) => {
    const { client, release } = await take();
    follow(client, hearing);
    try {
      await client.query(`LISTEN "${channel}"`);
    } catch (error) {
      release();
      throw error;
    }
    return { ping: () => client.query("SELECT 1"), close: release } satisfies Line;
  };
}

function follow(client: PgListener, { heard, over }: Hearing): void {
  client.on("notification", ({ payload = "" }) => heard(payload));
  client.on("error", over);
  client.on("end", over);
  // It listens for ever, and keeps no process alive.
  client.unref?.();
}
