import type { Deadline } from "./deadline.ts";

/** A command of the SDK's, of whatever input and output. */
export interface Sendable {
  readonly middlewareStack: unknown;
}

/** What every command's stack takes, whatever the command's input and output. */
interface Middlewares {
  add(
    middleware: (next: (args: unknown) => Promise<unknown>) => (args: unknown) => Promise<unknown>,
    options: { readonly step: "finalizeRequest"; readonly priority: "high" },
  ): void;
}

/** The SDK says nothing of an attempt that failed while it is about to try again; the deadline may come first. */
export function noteErrors({ middlewareStack }: Sendable, deadline: Deadline): void {
  // Next to the SDK's retries, which have the same place and are there already.
  (middlewareStack as Middlewares).add(
    (next) => async (args) => {
      try {
        const result = await next(args);
        deadline.lastError = undefined;
        return result;
      } catch (error) {
        deadline.lastError = error;
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "high" },
  );
}
