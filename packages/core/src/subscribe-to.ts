import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { checkOption } from "./check.ts";

/** Subscribes to one of the channels of `Messages`, which has the message of each channel by its name. */
export type Subscribe<Messages> = <Name extends keyof Messages & string>(
  name: Name,
  listener: (message: Messages[Name]) => void,
) => () => void;

/** Subscribes to a channel of any package. Each package exports it with the types of its messages. */
export function subscribeTo(name: string, listener: (message: never) => void): () => void {
  const isOurs = typeof name === "string" && name.startsWith("hitbox:");
  checkOption(isOurs, "subscribeTo: name", name, "must be a channel, such as hitbox:backend:read");
  checkOption(typeof listener === "function", "subscribeTo: listener", listener, "must be a function");
  // Its own function: two subscriptions of one listener end apart.
  const hear = (message: unknown): void => listener(message as never);
  subscribe(name, hear);
  return () => void unsubscribe(name, hear);
}
