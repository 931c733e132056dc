import { checkOption } from "@hitbox/core";
import type { PgListener } from "../client.ts";
import type { Source } from "../connection.ts";
import { openListener } from "../pool.ts";
import { jsLines } from "./js-lines.ts";
import type { OpenLine } from "./line.ts";
import { pgLines } from "./pg-line.ts";

/** The members of a `Pool` of pg that are used. */
interface PgPool {
  connect(): Promise<PgListener & { release(destroy: true): void }>;
  readonly totalCount: number;
  readonly options?: { readonly max?: number };
}

const RULE =
  "needs `url`, a Pool of pg with two connections or more, or the function of the package postgres: " +
  "one connection only listens";

/** @throws TypeError if the client has no connection to spare. */
export function linesOf(source: Source): OpenLine {
  if (!("client" in source)) return pgLines(() => openListener(source));
  const { client } = source;
  if ("listen" in client && typeof client.listen === "function") return jsLines(client.listen.bind(client));
  const pool = client as unknown as PgPool;
  const isPool = typeof pool.connect === "function" && typeof pool.totalCount === "number";
  checkOption(isPool && (pool.options?.max ?? 2) >= 2, "coherence", "notify", RULE);
  return pgLines(async () => {
    const taken = await pool.connect();
    return { client: taken, release: () => taken.release(true) };
  });
}
