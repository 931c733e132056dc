import { BackendError } from "@hitbox/core";
import type { DashboardState } from "@hitbox/dashboard";
import type { Call, Option } from "./commands/command.ts";
import { textOption } from "./commands/options.ts";
import { UsageError } from "./usage-error.ts";

/** Milliseconds for which a process is waited for. */
const ANSWER_MS = 15_000;

/** For dashboards with `authorize`. */
export const HEADER: Option = {
  type: "string",
  value: "'NAME: VALUE'",
  help: "a header for the process, such as 'authorization: Bearer …'; else $HITBOX_HEADER",
};

/** The numbers of a process that serves a dashboard at `address`. */
export async function dashboardState(address: string, call: Call): Promise<DashboardState> {
  const url = stateUrl(address);
  const { isDashboardState } = await import("@hitbox/dashboard");
  const [status, body] = await asked(url, headers(call));
  if (isDashboardState(body)) return body;
  const { error } = (body ?? {}) as { readonly error?: unknown };
  const why = typeof error === "string" ? error : "the answer is no state of a dashboard";
  throw failure(status >= 500 ? "unavailable" : "internal", url, `status ${status}: ${why}`);
}

/** Credentials in an address would be printed with it. */
function stateUrl(address: string): URL {
  const text = /^https?:\/\//.test(address) ? address : `http://${address}`;
  if (!URL.canParse(text)) throw new UsageError("the address is no URL. Write http://HOST:PORT/PATH");
  const url = new URL(text.endsWith("/") ? text : `${text}/`);
  if (url.username !== "" || url.password !== "")
    throw new UsageError("the address has credentials. Write --header 'authorization: …' instead");
  return new URL("api/state", url);
}

async function asked(url: URL, headers: Headers): Promise<[status: number, body: unknown]> {
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    return [answer.status, await answer.json().catch(() => undefined)];
  } catch (error) {
    throw failure("connection", url, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  const { cause, name } = error as { readonly cause?: NodeJS.ErrnoException; readonly name?: string };
  return name === "TimeoutError" ? `no answer within ${ANSWER_MS / 1_000} s` : (cause?.code ?? "no answer");
}

/** Arguments are shown to everybody on the machine, so that a secret may come from the environment. */
function headers({ values, io }: Call): Headers {
  const given = textOption(values, "header") ?? io.env.HITBOX_HEADER;
  if (given === undefined) return new Headers();
  const [, name, value] = /^([\w-]+): *(\S.*)$/.exec(given) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError("--header has no name and value. Write --header 'authorization: Bearer …'");
  return new Headers([[name, value]]);
}

function failure(
  code: "connection" | "unavailable" | "internal",
  { origin }: URL,
  why: string,
): BackendError {
  return new BackendError(code, `${origin}: ${why}`, { backend: origin, retryable: code !== "internal" });
}
