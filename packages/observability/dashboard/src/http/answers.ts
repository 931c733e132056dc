import { BackendError } from "@hitbox/core";
import { Refusal } from "./refusal.ts";

/** Nothing but the page's own script runs, no other site frames the page, and nothing is loaded elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

export function answer(
  type: string,
  body: string | Uint8Array | ReadableStream<Uint8Array> | null,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body as ConstructorParameters<typeof Response>[0], {
    status,
    headers: { ...HEADERS, ...headers, "content-type": type },
  });
}

export function jsonAnswer(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return answer("application/json; charset=utf-8", JSON.stringify(body), status, headers);
}

/** The answer for an error. Messages of stores are not shown: they may hold keys and addresses. */
export function errorAnswer(error: unknown): Response {
  if (error instanceof Refusal) return jsonAnswer({ error: error.message }, error.status, error.headers);
  if (BackendError.is(error))
    return jsonAnswer({ error: `The store answered "${error.code}". Try again, or see its log.` }, 502);
  return jsonAnswer({ error: "The dashboard failed. Look at the errors of the process." }, 500);
}
