import { onTestFinished } from "vitest";

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/** The errors and rejections that nobody has caught, until the test is over. They fail no test meanwhile. */
export function uncaught(): unknown[] {
  const errors: unknown[] = [];
  for (const event of EVENTS) hearOnly(event, (error) => errors.push(error));
  return errors;
}

function hearOnly(event: string, hear: (error: unknown) => void): void {
  const before = process.listeners(event as "uncaughtException");
  process.removeAllListeners(event).on(event, hear);
  onTestFinished(() => {
    process.off(event, hear);
    for (const listener of before) process.on(event, listener);
  });
}

/** Throws, as a listener with a fault. */
export function thrower(): never {
  throw new Error("listener");
}

/** A listener of `watch` that throws whenever it is called. */
export const THROWING_LISTENER: { changed(): never; lost(): never; restored(): never } = {
  changed: thrower,
  lost: thrower,
  restored: thrower,
};
