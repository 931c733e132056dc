import type { Subscribe } from "@hitbox/core";
import { subscribeTo } from "@hitbox/core/tier";
import type { Messages } from "./messages.ts";

const subscribe: Subscribe<Messages> = subscribeTo;

/** The listeners of one part of the metrics, by their channel. */
export type Listeners = { readonly [Name in keyof Messages]?: (message: Messages[Name]) => void };

/** Calls each listener with the messages of its channel. Returns the function that ends it. */
export function listen(listeners: Listeners): () => void {
  const names = Object.keys(listeners) as (keyof Messages)[];
  const stops = names.map((name) =>
    subscribe(name, listeners[name] as (message: Messages[typeof name]) => void),
  );
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}
