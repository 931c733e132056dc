import type { Backend } from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";

interface MemcachedModule {
  readonly memcached: (options: object) => Backend;
}

/** Milliseconds: a reader at a terminal is more patient than a service. */
const TIMEOUT = 5_000;
const SCHEME = /^memcacheds?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@]+)$/;

/**
 * Servers: `memcached://HOST:PORT,HOST:PORT`, named as the services name them. With TLS: `memcacheds`. User
 * and password come before the first server.
 */
export async function openMemcached(text: string, place: Place): Promise<Opened | undefined> {
  if (!/^memcacheds?:/.test(text)) return undefined;
  const [, username, password, hosts] = SCHEME.exec(text) ?? [];
  if (hosts === undefined)
    throw new UsageError("the store names no server. Write memcached://HOST:PORT,HOST:PORT");
  const { cwd, prefix = "hitbox" } = place;
  const { memcached } = await loadPeer<MemcachedModule>("@hitbox/memcached", cwd);
  const login =
    username === undefined ? {} : { username: decoded(username), password: decoded(password ?? "") };
  const tls = text.startsWith("memcacheds:") ? { tls: true } : {};
  const own = { prefix, timeout: TIMEOUT, onWarning: () => {} };
  const backend = memcached({ servers: hosts.split(","), ...own, ...login, ...tls });
  return { name: `memcached://${hosts}`, backends: [backend], prefix, close: async () => {} };
}

/** A "%" that begins no escape is the character. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
