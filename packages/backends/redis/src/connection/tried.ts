import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { NodePort, SideConnection } from "./client-port.ts";
import { Deadline } from "./deadline.ts";
import { isRefusal } from "./refusal.ts";
import { safeError } from "./safe-error.ts";

/** A connection may break by chance: only the second break in a row counts as a refusal. */
const ATTEMPTS = 2;

/**
 * Tries a command on a connection of its own. Some proxies close the connection of a client that sends a
 * command they do not know, and all commands under way on that connection fail. Resolves with the refusal,
 * or undefined if the command works or nothing is known. Rejects if there is no answer in time.
 */
export async function tried(
  node: NodePort,
  timeout: number,
  words: readonly string[],
): Promise<Error | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const side = node.beside({ timeout });
    const error = await outcome(side, timeout, words).finally(() => side.close());
    if (error === undefined || isRefusal(error)) return error;
    if (classify(error) !== "connection") return undefined;
  }
  return new Error(`the server closes the connection at ${words[0]}`);
}

/**
 * The failure of the command. Undefined as well if there is no connection for it. Rejects without an answer
 * in time.
 */
async function outcome(
  side: SideConnection,
  timeout: number,
  words: readonly string[],
): Promise<Error | undefined> {
  const late = new BackendError("timeout", `no answer within ${timeout} ms`);
  const deadline = new Deadline(timeout, () => late);
  const within = (reply: Promise<unknown>): Promise<Error | undefined> =>
    deadline.limit(reply, { parse: () => undefined }).catch((error: unknown) => {
      if (error === late) throw late;
      return safeError(error);
    });
  const [command = "", ...rest] = words;
  if ((await within(side.connect())) !== undefined) return undefined;
  return within(side.call(command, ...rest));
}
