import type { ServerResponse } from "node:http";
import type { Dashboard } from "../dashboard.ts";
import { sendAnswer } from "./node-handler.ts";
import { type NodeRequest, toRequest } from "./node-request.ts";

/** The part of a request of Fastify that is used. */
export interface FastifyRequestLike {
  readonly raw: object;
  /** As Fastify has parsed it. */
  readonly body?: unknown;
}

/** The part of a reply of Fastify that is used. */
export interface FastifyReplyLike {
  readonly raw: object;
  hijack(): unknown;
}

/**
 * Serves a dashboard by Fastify, for the path of the dashboard and all below: `app.all("/hitbox", handler)`
 * and `app.all("/hitbox/*", handler)`.
 */
export function fastifyHandler(
  page: Pick<Dashboard, "handle">,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void> {
  return async (request, reply) => {
    reply.hijack();
    const answer = await page.handle(toRequest(request.raw as NodeRequest, request.body));
    await sendAnswer(answer, reply.raw as ServerResponse);
  };
}
