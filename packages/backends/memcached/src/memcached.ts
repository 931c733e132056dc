import type { ConnectionOptions } from "node:tls";
import {
  type Backend,
  checkInteger,
  checkKnown,
  checkMilliseconds,
  checkOption,
  checkTls,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
} from "@hitbox/core";
import { addressesOf, ringNameOf } from "./address.ts";
import { Link, type LinkOptions } from "./connection/link.ts";
import { ring } from "./ring.ts";
import { memcachedStore } from "./store.ts";

export interface MemcachedOptions extends Omit<StoreOptions, "clearTimeout"> {
  /**
   * The servers: `host:port`, or the path of a socket. Each key lives on one of them, by ketama's
   * consistent hashing. The port is 11211 by default.
   */
  readonly servers: readonly string[];
  /**
   * First part of every key in memcached: `<prefix>::<key>`. Visible ASCII, at most 100 characters, no "::"
   * in it, no ":" at its end. Default: "hitbox".
   */
  readonly prefix?: string | undefined;
  /**
   * Largest item in bytes: the servers' `-I`, 2,048 to 1,073,741,824. An item is an entry with its key and
   * 512 bytes for the rest. Default: 1,048,576, which is memcached's.
   */
  readonly maxItemBytes?: number | undefined;
  /** Connects by TLS: `true`, or options of `node:tls`, such as `ca`. Default: without TLS. */
  readonly tls?: true | ConnectionOptions | undefined;
  /** User of a server that was started with an authentication file (`-Y`). Needs `password`. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

const OWN = ["servers", "prefix", "maxItemBytes", "tls", "username", "password"];
const KNOWN = [...STORE_OPTIONS.filter((name) => name !== "clearTimeout"), ...OWN];

/**
 * Stores entries in memcached, on one server or several. It connects at the first operation, and again if a
 * connection has broken.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = memcached({ servers: ["cache-1:11211", "cache-2:11211"], prefix: "shop" });
 */
export function memcached(options: MemcachedOptions): Backend {
  checkKnown("memcached", options, KNOWN, '{ servers: ["localhost:11211"] }');
  const { prefix = "hitbox", maxItemBytes = 2 ** 20, timeout = 1_000 } = options;
  const addresses = addressesOf(options.servers);
  checkPrefix(prefix);
  checkInteger("maxItemBytes", maxItemBytes, 2_048, 2 ** 30);
  checkMilliseconds("timeout", timeout, 1, 600_000);
  const link: LinkOptions = {
    ...{ maxItemBytes, timeout, tls: tlsOf(options.tls), credentials: credentialsOf(options) },
  };
  const links = addresses.map((address) => new Link(address, link));
  const linkOf = ring(addresses.map(ringNameOf), links);
  return storeBackend(memcachedStore({ links, linkOf, prefix: `${prefix}::`, maxItemBytes }), options);
}

function checkPrefix(prefix: string): void {
  const isPrefix = typeof prefix === "string" && /^[!-~]{1,100}$/.test(prefix) && !/::|:$/.test(prefix);
  const rule = 'must be 1 to 100 characters of visible ASCII, without "::", and without ":" at its end';
  checkOption(isPrefix, "prefix", prefix, rule);
}

function tlsOf(tls: MemcachedOptions["tls"]): ConnectionOptions | undefined {
  if (tls === undefined) return undefined;
  if (tls === true) return {};
  checkTls("memcached: tls", tls, "must be true, or options of node:tls such as { ca }");
  return tls;
}

/** memcached splits the two at the first space. */
function credentialsOf({ username, password }: MemcachedOptions): LinkOptions["credentials"] {
  if (username === undefined && password === undefined) return undefined;
  const isName = typeof username === "string" && /^[!-~]+$/.test(username);
  checkOption(isName, "username", username, "must be visible ASCII, beside `password`");
  const isWord = typeof password === "string" && /^[!-~]+$/.test(password);
  checkOption(isWord, "password", password, "must be visible ASCII, beside `username`");
  return { username, password };
}
