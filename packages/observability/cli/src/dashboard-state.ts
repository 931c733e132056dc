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
  const url = apiUrl(address, "state");
  const { isDashboardState } = await import("@hitbox/dashboard");
  const [status, body] = await asked(url, { headers: headers(call) });
  if (isDashboardState(body)) return body;
  throw refusal(url, status, body);
}

/** Switches a tier of the process that serves a dashboard at `address`. */
export async function switchTier(address: string, name: string, isOn: boolean, call: Call): Promise<void> {
  const url = apiUrl(address, "switch");
  const all = headers(call);
  all.set("content-type", "application/json");
  // Dashboards accept a change from their own origin alone.
  all.set("origin", url.origin);
  const body = JSON.stringify({ name, isOn });
  const [status, answer] = await asked(url, { method: "POST", headers: all, body });
  if (status !== 200) throw refusal(url, status, answer);
}

function refusal(url: URL, status: number, body: unknown): BackendError {
  const { error } = (body ?? {}) as { readonly error?: unknown };
  const why = typeof error === "string" ? error : NO_DASHBOARD;
  return failure(status >= 500 ? "unavailable" : "internal", url, `status ${status}: ${why}`);
}

const NO_DASHBOARD = "no dashboard is there. Write its path too, such as http://HOST:PORT/hitbox/";

/** Credentials in an address would be printed with it. */
function apiUrl(address: string, name: string): URL {
  const text = /^https?:\/\//.test(address) ? address : `http://${address}`;
  if (!URL.canParse(text)) throw new UsageError("the address is no URL. Write http://HOST:PORT/PATH");
  const url = new URL(text.endsWith("/") ? text : `${text}/`);
  if (url.username !== "" || url.password !== "")
    throw new UsageError("the address has credentials. Write --header 'authorization: …' instead");
  return new URL(`api/${name}`, url);
}

async function asked(url: URL, request: RequestInit): Promise<[status: number, body: unknown]> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_MS) });
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
