import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { onTestFinished } from "vitest";

/** The messages of a diagnostics channel, such as `hitbox:cache:load`, until the test is over. */
export function heard<Message>(channel: string): Message[] {
  const messages: Message[] = [];
  const hear = (message: unknown): void => {
    messages.push(message as Message);
  };
  subscribe(channel, hear);
  onTestFinished(() => void unsubscribe(channel, hear));
  return messages;
}
