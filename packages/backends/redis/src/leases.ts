import { decodeLeased, FENCE_MS, fenceMark, newFence, type Origin, type StoredLease } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { decode } from "./decode.ts";
import type { EntryWrite } from "./entry-write.ts";
import { LEASE, RELEASE, WRITE_FENCED } from "./lease-scripts.ts";

/*
 * ioredis may send a command that has failed once more, after a reconnect, be that minutes later (see EntryWrite). Each
 * of these is then revoked in the buffer on which its effect depends: without its number the script of a lease fails
 * before it writes, and without its fence a fenced write, or a release, does nothing.
 */

export function lease(connection: Connection, at: string, ms: number): Promise<StoredLease> {
  const fence = newFence();
  const time = Buffer.from(`${ms}`);
  return connection.run({
    key: at,
    send: (client) => LEASE.run(client, at, [fenceMark(fence), time, `${FENCE_MS}`]),
    take: (reply) => {
      const [granted, value] = reply as [granted: unknown, value?: Buffer | null];
      const known = value ? decodeLeased(value)?.fence : undefined;
      return { fence: known ?? fence, granted: Number(granted) === 1, entry: decode(value ?? null) };
    },
    lost: () => time.fill("x"),
  });
}

interface FencedWrite {
  /** As `read` takes it. */
  readonly key: string;
  readonly write: EntryWrite;
  readonly fence: string;
  readonly now: () => number;
  readonly origin: Origin | undefined;
}

/** `write` where `fence` holds. */
export function writeFenced(
  connection: Connection,
  at: string,
  { key: changed, write, fence, now, origin }: FencedWrite,
): Promise<boolean> {
  const mark = fenceMark(fence);
  return connection.run({
    key: at,
    changes: [changed],
    origin,
    send: (client) => {
      const set = (key: string, bytes: Buffer, _unit?: "PX", lifetime?: string): Promise<unknown> =>
        WRITE_FENCED.run(client, key, lifetime === undefined ? [mark, bytes] : [mark, bytes, lifetime]);
      return write.send({ set }, at, now());
    },
    take: (reply) => Number(reply) === 1,
    lost: () => mark.fill(0),
  });
}

export function releaseLease(connection: Connection, at: string, fence: string): Promise<void> {
  const mark = fenceMark(fence);
  return connection.run({
    key: at,
    send: (client) => RELEASE.run(client, at, [mark]),
    take: () => undefined,
    lost: () => mark.fill(0),
  });
}
