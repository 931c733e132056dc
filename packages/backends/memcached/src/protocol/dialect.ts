import { type Found, found, isDone, stored, versionIn } from "./answers.ts";
import type { Reply } from "./reply-reader.ts";

/** A command as it is sent, and its way from the reply to an answer. */
export interface Request<R> {
  /** The line, with its end. */
  readonly head: string;
  /** Bytes after the line. */
  readonly body?: Uint8Array | undefined;
  readonly answer: (reply: Reply) => R;
}

/** Bytes to be stored, and memcached's time for them: seconds, an epoch second, or 0 for ever. */
export interface Item {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly expiration: number;
}

/** The commands that an adapter needs, in the words of a server. */
export interface Dialect {
  get(key: string): Request<Found | undefined>;
  /** With the number of the version. */
  gets(key: string): Request<Found | undefined>;
  set(item: Item): Request<void>;
  /** Stores if nothing is there. */
  add(item: Item): Request<boolean>;
  /** Stores if this version is there. */
  cas(item: Item, cas: string): Request<boolean>;
  /** Answers true if there was something. */
  delete(key: string): Request<boolean>;
}

/** https://github.com/memcached/memcached/blob/master/doc/protocol.txt, from "Storage commands" on. */
export const TEXT: Dialect = {
  get: (key) => ({ head: `get ${key}\r\n`, answer: found }),
  gets: (key) => ({ head: `gets ${key}\r\n`, answer: found }),
  set: (item) => ({ head: textOf("set", item), body: item.bytes, answer: stored }),
  add: (item) => ({ head: textOf("add", item), body: item.bytes, answer: isDone }),
  cas: (item, cas) => ({ head: textOf("cas", item, ` ${cas}`), body: item.bytes, answer: isDone }),
  delete: (key) => ({ head: `delete ${key}\r\n`, answer: isDone }),
};

function textOf(verb: string, { key, bytes, expiration }: Item, rest = ""): string {
  return `${verb} ${key} 0 ${expiration} ${bytes.length}${rest}\r\n`;
}

/** The same document, "Meta Commands": shorter replies, which name no key. */
export const META: Dialect = {
  get: (key) => ({ head: `mg ${key} v\r\n`, answer: found }),
  gets: (key) => ({ head: `mg ${key} v c\r\n`, answer: found }),
  set: (item) => ({ head: metaOf(item), body: item.bytes, answer: stored }),
  add: (item) => ({ head: metaOf(item, " ME"), body: item.bytes, answer: isDone }),
  cas: (item, cas) => ({ head: metaOf(item, ` C${cas}`), body: item.bytes, answer: isDone }),
  delete: (key) => ({ head: `md ${key}\r\n`, answer: isDone }),
};

function metaOf({ key, bytes, expiration }: Item, rest = ""): string {
  return `ms ${key} ${bytes.length} T${expiration}${rest}\r\n`;
}

/** Asks a server for its version. */
export const VERSION: Request<string | undefined> = { head: "version\r\n", answer: versionIn };

/** Logs in to a server with an authentication file: any key, a user and a password as its value. */
export function login(username: string, password: string): Request<void> {
  const body = Buffer.from(`${username} ${password}`);
  return { head: `set hitbox 0 0 ${body.length}\r\n`, body, answer: stored };
}

/**
 * Meta commands of this form are there from 1.6.10 on. Another kind of server has a version of its own kind.
 */
export function dialectOf(version: string | undefined): Dialect {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version ?? "") ?? [];
  const at = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
  return at >= 1_006_010 ? META : TEXT;
}
