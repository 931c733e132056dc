import { decodeLeased, FENCE_MS, fenceMark, newFence, type Origin, type StoredLease } from "@hitbox/core";
import type { Command } from "../connection/command.ts";
import type { Connection } from "../connection/connection.ts";
import type { Feature } from "../connection/feature.ts";
import { decode, type Value } from "../entries/decode.ts";
import type { EntryWrite } from "../entries/entry-write.ts";
import { LEASE, RELEASE, WRITE_FENCED } from "./lease-scripts.ts";

/*
 * A client may send a command that has failed once more, minutes later, after a reconnect (see EntryWrite).
 * So a failed command is revoked in the buffer on which its effect depends. Without its number the script
 * of a lease fails before it writes. Without its fence a fenced write, or a release, does nothing.
 */

export interface LeaseSettings {
  readonly connection: Connection;
  readonly feature: Feature;
}

export function lease(settings: LeaseSettings, at: string, ms: number): Promise<StoredLease> {
  const fence = newFence();
  const time = Buffer.from(`${ms}`);
  return run(settings, {
    key: at,
    send: (port) => LEASE.run(port, at, [markOf(fence), time, `${FENCE_MS}`]),
    parse: (reply) => {
      const [granted, value = null] = reply as [granted: unknown, value?: Value];
      const entry = decode(value);
      const known = Buffer.isBuffer(value) ? decodeLeased(value)?.fence : undefined;
      return { fence: known ?? fence, granted: Number(granted) === 1, entry };
    },
    failed: () => time.fill("x"),
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

/** Executes `write` if `fence` holds. */
export function writeFenced(
  settings: LeaseSettings,
  at: string,
  { key: changed, write, fence, now, origin }: FencedWrite,
): Promise<boolean> {
  const mark = markOf(fence);
  return run(settings, {
    key: at,
    changes: [changed],
    origin,
    send: (port) => {
      const set = (key: string, bytes: Buffer, lifetime?: Buffer): Promise<unknown> =>
        WRITE_FENCED.run(port, key, lifetime === undefined ? [mark, bytes] : [mark, bytes, lifetime]);
      return write.send({ set }, at, now());
    },
    parse: (reply) => Number(reply) === 1,
    failed: () => mark.fill(0),
  });
}

export function releaseLease(settings: LeaseSettings, at: string, fence: string): Promise<void> {
  const mark = markOf(fence);
  return run(settings, {
    key: at,
    send: (port) => RELEASE.run(port, at, [mark]),
    parse: () => undefined,
    failed: () => mark.fill(0),
  });
}

/** The mark as clients send it: other bytes than a Buffer they would write as text. */
function markOf(fence: string): Buffer {
  const { buffer, byteOffset, byteLength } = fenceMark(fence);
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * Scripts that the server refuses fail at once for a while: a miss is not to wait for a refusal each time.
 */
function run<T, R>({ connection, feature }: LeaseSettings, command: Command<T, R>): Promise<R> {
  const { refusal, refused } = feature;
  return refusal === undefined ? connection.run({ ...command, refused }) : Promise.reject(refusal);
}
