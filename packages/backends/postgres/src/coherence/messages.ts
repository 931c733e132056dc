import { randomBytes } from "node:crypto";

/** PostgreSQL refuses a message of 8,000 bytes. A key has 2,600 at most, and 3,467 in base64. */
const MAX_MESSAGE_BYTES = 7_999;

/** Bytes of a sender's name, in base64. */
const SENDER_BYTES = 9;

const ALL = "*";
const ECHO = "?";

/** The content of a message: keys, all entries, or a sign of life with its number. */
export type News =
  | { readonly from: string; readonly keys: readonly string[] | "all" }
  | { readonly from: string; readonly echo: string };

/**
 * The messages of one backend: its name, and the keys in base64, since a message is text without NUL. The
 * keys of a batch are as many messages as they need.
 */
export class Messages {
  readonly sender: string = randomBytes(SENDER_BYTES).toString("base64url");

  readonly all: string = `${this.sender} ${ALL}`;

  of(key: string): string {
    return `${this.sender} ${Buffer.from(key).toString("base64url")}`;
  }

  ofMany(keys: readonly string[]): string[] {
    const messages: string[] = [];
    let message = "";
    for (const key of keys) {
      const text = Buffer.from(key).toString("base64url");
      const fits = message !== "" && message.length + 1 + text.length <= MAX_MESSAGE_BYTES;
      if (!fits && message !== "") messages.push(message);
      message = fits ? `${message} ${text}` : `${this.sender} ${text}`;
    }
    return message === "" ? messages : [...messages, message];
  }

  echo(number: number): string {
    return `${this.sender} ${ECHO}${number}`;
  }
}

/** A message that nobody here would write may concern any entry. */
export function newsIn(message: string): News {
  const [from = "", ...keys] = message.split(" ");
  const [first = ALL] = keys;
  if (first.startsWith(ECHO)) return { from, echo: message };
  const areKeys = keys.length > 0 && keys.every((key) => /^[\w-]*$/.test(key));
  return { from, keys: areKeys ? keys.map((key) => Buffer.from(key, "base64url").toString()) : "all" };
}
