import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** A request of `node:http` or of Express, whose parsers may have read its body. */
export type NodeRequest = IncomingMessage & {
  readonly originalUrl?: string | undefined;
  readonly body?: unknown;
};

/** `body`: as a framework has parsed it; undefined if it is still to be read. */
export function toRequest(message: NodeRequest, body: unknown = message.body): Request {
  const { method = "GET" } = message;
  const init = { method, headers: headersOf(message), ...bodyOf(message, method, body) };
  return new Request(urlOf(message), init as RequestInit);
}

/** A request line may hold a whole address, or begin with two slashes: it is taken for a path. */
function urlOf({ headers, originalUrl, socket, url }: NodeRequest): URL {
  const origin = `${"encrypted" in socket ? "https" : "http"}://${headers.host ?? "localhost"}`;
  const path = originalUrl ?? url ?? "/";
  return URL.canParse(origin + path) ? new URL(origin + path) : new URL("http://localhost/");
}

function bodyOf(message: NodeRequest, method: string, body: unknown): object {
  if (method === "GET" || method === "HEAD") return {};
  if (body !== undefined && body !== null) return { body: JSON.stringify(body) };
  return { body: Readable.toWeb(message), duplex: "half" };
}

function headersOf({ rawHeaders }: NodeRequest): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    // Pseudo headers of HTTP/2.
    if (!name.startsWith(":")) headers.append(name, rawHeaders[index + 1] as string);
  }
  return headers;
}
