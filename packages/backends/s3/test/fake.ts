import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** An answer to one request, whose body has come. */
export type Answer = (request: IncomingMessage, reply: ServerResponse, body: Buffer) => void;

/** A server that answers by the test's word: failures and habits that no server at hand has. */
export async function fakeServer(
  answer: Answer,
): Promise<{ readonly endpoint: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server: Server = createServer(async (request, reply) => {
    seen.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(request, reply, Buffer.concat(chunks));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Refuses a request as S3 does. */
export function refusal(status: number, code: string, message = "refused"): Answer {
  return (_, reply) => {
    reply.writeHead(status, { "content-type": "application/xml" });
    reply.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  };
}

/** The objects of a server, and how it answers GET, PUT and DELETE of one. */
export interface FakeStore {
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly answer: Answer;
}

/** A server that compares ETags in quotes, or without quotes alone, or that ignores all conditions. */
export function storeOf(conditions: "quoted" | "bare" | "ignores"): FakeStore {
  const objects = new Map<string, Buffer>();
  const tagOf = (bytes: Buffer | undefined): string | undefined =>
    bytes && `"${createHash("md5").update(bytes).digest("hex")}"`;
  const holds = (request: IncomingMessage): boolean => {
    if (conditions === "ignores") return true;
    const { headers } = request;
    const url = pathOf(request);
    if (headers["if-none-match"] === "*" && objects.has(url)) return false;
    const tag = tagOf(objects.get(url));
    const expected = conditions === "bare" ? tag?.replaceAll('"', "") : tag;
    return headers["if-match"] === undefined || headers["if-match"] === expected;
  };
  const answer: Answer = (request, reply, body) => {
    const url = pathOf(request);
    if (request.method === "DELETE") objects.delete(url);
    if (request.method === "DELETE") return void reply.writeHead(204).end();
    if (request.method === "PUT") {
      if (!holds(request)) return refusal(412, "PreconditionFailed")(request, reply, body);
      objects.set(url, body);
    }
    const bytes = objects.get(url);
    const tag = tagOf(bytes);
    if (bytes === undefined || tag === undefined) return refusal(404, "NoSuchKey")(request, reply, body);
    reply.writeHead(200, { etag: tag }).end(request.method === "GET" ? bytes : "");
  };
  return { objects, answer };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.replace(/\?.*/, "");
}
