import { inspect } from "node:util";

/** The message of an error. Node's `fetch` names the reason, such as ECONNREFUSED, in the cause alone. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error, { depth: 0 });
  if (error.message !== "fetch failed") return error.message;
  const { code, message } = Object(error.cause) as { code?: unknown; message?: unknown };
  const why = code ?? message;
  return typeof why === "string" && why !== "" ? `${error.message}: ${why}` : error.message;
}
