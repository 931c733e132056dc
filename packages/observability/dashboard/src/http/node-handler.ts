import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dashboard } from "../dashboard.ts";
import { NO_PAGE } from "./no-page.ts";
import { type NodeRequest, toRequest } from "./node-request.ts";

/**
 * Serves a dashboard by `node:http` and by Express: `app.use(nodeHandler(page))`, with the whole path in the
 * option `path` of the dashboard. A request for no page of the dashboard is handed to `next`, if there is
 * one.
 *
 * @example
 * import { createServer } from "node:http";
 * const server = createServer(nodeHandler(dashboard())).listen(0);
 * server.close();
 */
export function nodeHandler(
  page: Pick<Dashboard, "handle">,
): (request: NodeRequest, response: ServerResponse, next?: () => void) => Promise<void> {
  return async (request, response, next) => {
    const answer = await page.handle(toRequest(request));
    if (answer.headers.has(NO_PAGE) && next !== undefined) next();
    else await sendAnswer(answer, response);
  };
}

export async function sendAnswer(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) return void response.end();
  // The first state of a page may take a moment; its headers do not.
  response.flushHeaders();
  // A client that has left hears nothing more: its stream ends with the response.
  await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => {});
}
