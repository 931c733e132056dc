export { type Dashboard, dashboard } from "./dashboard.ts";
export { type FastifyReplyLike, type FastifyRequestLike, fastifyHandler } from "./http/fastify-handler.ts";
export { honoHandler } from "./http/hono-handler.ts";
export { nodeHandler } from "./http/node-handler.ts";
export type { NodeRequest } from "./http/node-request.ts";
export { type ServedDashboard, type ServeOptions, serveDashboard } from "./http/serve-dashboard.ts";
export type { Access, Authorize, DashboardCache, DashboardOptions, DashboardSwitch } from "./options.ts";
