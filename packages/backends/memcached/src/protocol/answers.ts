import { BackendError, type ErrorCode } from "@hitbox/core";
import type { Reply } from "./reply-reader.ts";

/** The bytes under a key, and the server's number of this version of them, if that was asked for. */
export interface Found {
  readonly bytes: Uint8Array;
  readonly cas: string | undefined;
}

/** First words of replies, of the text protocol and of meta commands. */
const DONE: ReadonlySet<string> = new Set(["STORED", "DELETED", "HD"]);
const NOT_DONE: ReadonlySet<string> = new Set(["NOT_STORED", "EXISTS", "NOT_FOUND", "NS", "EX", "NF"]);
const MISSED: ReadonlySet<string> = new Set(["END", "EN"]);

/** True if the server has done what it was asked to. */
export function isDone({ line }: Reply): boolean {
  const word = firstWord(line);
  if (DONE.has(word)) return true;
  if (NOT_DONE.has(word)) return false;
  throw refusal(line);
}

/** For a plain set, which nothing but a proxy answers with "not stored". */
export function stored(reply: Reply): void {
  if (!isDone(reply)) throw new BackendError("unavailable", "the server has not stored the entry");
}

/** The value in a reply. */
export function found({ line, body, isTooLong }: Reply): Found | undefined {
  if (body) return { bytes: body, cas: / c?(\d+)$/.exec(line)?.[1] };
  if (isTooLong)
    throw new BackendError(
      "too-large",
      "the value is larger than `maxItemBytes`; raise the option to the servers' -I",
    );
  if (MISSED.has(firstWord(line))) return undefined;
  throw refusal(line);
}

/** The version that a server names; undefined if the server does not. */
export function versionIn({ line }: Reply): string | undefined {
  if (line.startsWith("VERSION ")) return line.slice("VERSION ".length);
  if (line === "ERROR") return undefined;
  throw refusal(line);
}

function firstWord(line: string): string {
  const end = line.indexOf(" ");
  return end < 0 ? line : line.slice(0, end);
}

/** Beginnings of error replies, the more particular ones first. */
const KINDS: readonly (readonly [beginning: string, code: ErrorCode, advice: string])[] = [
  [
    "SERVER_ERROR object too large",
    "too-large",
    "; start memcached with a larger -I, or give `maxItemBytes`",
  ],
  [
    "SERVER_ERROR out of memory",
    "unavailable",
    "; give memcached more memory by -m, or let it evict (no -M)",
  ],
  ["SERVER_ERROR", "unavailable", ""],
  ["CLIENT_ERROR unauthenticated", "internal", "; give `username` and `password`"],
  [
    "CLIENT_ERROR authentication failure",
    "internal",
    "; `username` and `password` have to be in its -Y file",
  ],
  ["CLIENT_ERROR", "internal", ""],
  ["ERROR", "internal", "; it does not know the command"],
];

/** The error of a reply. A line that is no error may hold a key or a value, and is not shown. */
export function refusal(line: string): BackendError {
  const kind = KINDS.find(([beginning]) => line.startsWith(beginning));
  if (kind === undefined) return new BackendError("corrupt", "the server's reply fits no command");
  const [, code, advice] = kind;
  return new BackendError(code, `the server answers ${line.slice(0, 100)}${advice}`);
}

/** True if the server may have lost its place in the stream: it takes values for commands then. */
export function isOutOfStep(line: string): boolean {
  return line.startsWith("CLIENT_ERROR") || line.startsWith("ERROR");
}
