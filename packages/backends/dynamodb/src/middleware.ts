import type { Deadline } from "./deadline.ts";
import { safeError } from "./safe-error.ts";
import type { Sender } from "./stop.ts";

/** A command of the SDK, with any input and output. */
export interface Sendable {
  readonly middlewareStack: unknown;
}

type Handler = (args: unknown) => Promise<unknown>;
type Filter = (data: unknown) => unknown;

/** The SDK's logger calls these before it writes a request and its answer, also if nobody listens. */
interface LogFilters {
  inputFilterSensitiveLog?: Filter;
  outputFilterSensitiveLog?: Filter;
}

/** The part that the stacks of all commands have in common. */
interface Middlewares {
  add(
    middleware: (next: Handler, context: LogFilters) => Handler,
    options: { readonly step: "finalizeRequest"; readonly priority: "high" },
  ): void;
}

/** Tells `deadline` of failed attempts, and spares the SDK a walk through every attribute of every item. */
export function addMiddleware({ middlewareStack }: Sendable, client: Sender, deadline: Deadline): void {
  // Next to the SDK's retries, which have the same place and are there already.
  const place = { step: "finalizeRequest", priority: "high" } as const;
  (middlewareStack as Middlewares).add((next, context) => {
    dropFilters(context);
    return noting(next, client, deadline);
  }, place);
}

/** The SDK says nothing of an attempt that failed while it is about to try again; the deadline may come first. */
function noting(next: Handler, client: Sender, deadline: Deadline): Handler {
  return async (args) => {
    try {
      const result = await next(args);
      deadline.lastError = undefined;
      return result;
    } catch (error) {
      deadline.lastError = await safeError(error, client);
      throw error;
    }
  };
}

/** DynamoDB's model marks no attribute as secret: the filters hide nothing, and took a seventh of a batch's time here. */
function dropFilters(context: LogFilters): void {
  context.inputFilterSensitiveLog = unfiltered;
  context.outputFilterSensitiveLog = unfiltered;
}

const unfiltered: Filter = (data) => data;
