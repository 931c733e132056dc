import { channel } from "node:diagnostics_channel";
import type { CacheMessages } from "@hitbox/cache";
import type { CompositionMessages } from "@hitbox/composition";
import type { MemoryMessages } from "@hitbox/memory";
import type { WrapperMessages } from "@hitbox/wrappers";

type Messages = CacheMessages & CompositionMessages & MemoryMessages & WrapperMessages;

/** Publishes a message with the fields that the packages declare. */
export function publish<Name extends keyof Messages>(name: Name, message: Messages[Name]): void {
  channel(name).publish(message);
}
