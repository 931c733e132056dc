import { BackendError, type Origin } from "@hitbox/core";
import type { ClientPort } from "./client-port.ts";
import type { ReplyHandler } from "./deadline.ts";
import type { Keys, OwnChanges } from "./own-changes.ts";

/** One operation on the server: the command it sends, and the parser of its reply. */
export interface Command<T, R> extends ReplyHandler<T, R> {
  /** The key in Redis. Undefined if there is none, or more than one. */
  readonly key?: string | undefined;
  /** The entries that the command changes. Undefined if it changes none. */
  readonly changes?: Keys | undefined;
  /** The origin that the change is made for. */
  readonly origin?: Origin | undefined;
  /** Called once at most, while the client is ready: the client writes at once and queues nothing. */
  send(port: ClientPort): Promise<T>;
}

/** The same command, whose beginning and end are told to `changes`. */
export function followed<T, R>(keys: Keys, command: Command<T, R>, changes: OwnChanges): Command<T, R> {
  const { origin } = command;
  let isSent = false;
  let hasFailed = false;
  return {
    ...command,
    send(port) {
      isSent = true;
      const wait = changes.began();
      const sendLater = (): Promise<T> => {
        if (hasFailed || port.state !== "ready")
          throw new BackendError("connection", "not connected any more");
        return command.send(port);
      };
      const reply = wait === undefined ? command.send(port) : wait.then(sendLater);
      const settle = (): void => changes.ended(keys, hasFailed ? "late" : "settled", origin);
      reply.then(settle, settle);
      return reply;
    },
    failed() {
      hasFailed = true;
      command.failed?.();
      if (isSent) changes.ended(keys, "doubted", origin);
    },
  };
}
