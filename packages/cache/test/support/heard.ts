import { heard as heardOn } from "@hitbox/test-support";

/** The messages of a channel of the cache, until the test is over. */
export function heard<Message>(name: string): Message[] {
  return heardOn(`hitbox:cache:${name}`);
}
