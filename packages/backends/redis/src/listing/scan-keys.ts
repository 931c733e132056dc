import { isUtf8 } from "node:buffer";
import { type KeyListing, LEASE_HEADER_BYTES } from "@hitbox/core";
import type { NodePort } from "../connection/client-port.ts";
import type { Connection } from "../connection/connection.ts";
import { startingWith } from "../entries/keyspace.ts";

export interface ListSettings {
  readonly connection: Connection;
  readonly keyspace: string;
  /** Makes the error of a refused command. */
  refused(error: Error): Error;
}

export interface Scanned {
  readonly keys: readonly string[];
  /** For the next step of SCAN; "0" after the last one. */
  readonly scan: string;
}

/** One step of SCAN on one server. The keys are without the keyspace. */
export async function scanKeys(
  settings: ListSettings,
  server: NodePort,
  scan: string,
  { prefix, limit, leased = false }: KeyListing,
): Promise<Scanned> {
  const { connection, keyspace, refused } = settings;
  const base = connection.port.keyPrefix + keyspace;
  const start = Buffer.from(base + prefix);
  const [next, found] = await connection.run({
    send: () => server.scan(scan, startingWith(base + prefix), limit),
    parse: (reply) => reply,
    refused,
  });
  // Keys of others may lie under the prefix too, and be no text.
  const own = found.filter((key) => key.subarray(0, start.length).equals(start) && isUtf8(key));
  const keys = await ofEntries(settings, server, own.map(String), leased);
  return { keys: keys.map((key) => key.slice(base.length)), scan: next.toString() };
}

/** Leaves out keys of no string, and, by their length, keys with a lease and no entry unless `leased`. */
async function ofEntries(
  { connection, refused }: ListSettings,
  server: NodePort,
  keys: readonly string[],
  leased: boolean,
): Promise<string[]> {
  if (keys.length === 0) return [];
  const lengths = await connection.run({
    send: async () => {
      const replies = await server.lengths(keys);
      const failed = replies.find((reply) => reply instanceof Error && !ABOUT_ONE_KEY.test(reply.message));
      if (failed !== undefined || replies.length < keys.length) throw failed ?? new Error("Command aborted");
      return replies;
    },
    parse: (replies) => replies,
    refused,
  });
  return keys.filter((_, index) => isEntry(lengths[index], leased));
}

/** A key of another type, and a key whose slot is on its way to another master, or has arrived there. */
const ABOUT_ONE_KEY = /^(?:WRONGTYPE|MOVED|ASK|TRYAGAIN) /;

function isEntry(length: unknown, leased: boolean): boolean {
  if (length instanceof Error) return !length.message.startsWith("WRONGTYPE");
  return Number(length) > 0 && (leased || Number(length) !== LEASE_HEADER_BYTES);
}
