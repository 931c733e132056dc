import type { Dashboard } from "../dashboard.ts";

/** Serves a dashboard by Hono: `app.all("/hitbox/*", honoHandler(page))`, which also gets `/hitbox`. */
export function honoHandler(
  page: Pick<Dashboard, "handle">,
): (context: { readonly req: { readonly raw: Request } }) => Promise<Response> {
  return ({ req }) => page.handle(req.raw);
}
