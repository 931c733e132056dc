import { onTestFinished } from "vitest";

/** The errors that nobody has caught, until the test is over. They fail no test meanwhile. */
export function uncaught(): unknown[] {
  const errors: unknown[] = [];
  const before = process.listeners("uncaughtException");
  const hear = (error: unknown): void => void errors.push(error);
  process.removeAllListeners("uncaughtException").on("uncaughtException", hear);
  onTestFinished(() => {
    process.off("uncaughtException", hear);
    for (const listener of before) process.on("uncaughtException", listener);
  });
  return errors;
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
