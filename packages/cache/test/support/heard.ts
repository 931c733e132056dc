import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { onTestFinished } from "vitest";

/** What is published on a channel of the cache until the test is over. */
export function heard<Message>(name: string): Message[] {
  const messages: Message[] = [];
  const hear = (message: unknown): void => {
    messages.push(message as Message);
  };
  subscribe(`hitbox:cache:${name}`, hear);
  onTestFinished(() => void unsubscribe(`hitbox:cache:${name}`, hear));
  return messages;
}
