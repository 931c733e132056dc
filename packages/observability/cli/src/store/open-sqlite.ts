import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Backend } from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";
import { picked, splitQuery } from "./query.ts";

interface SqliteModule {
  readonly sqlite: (options: object) => Backend;
}

/** Milliseconds for which a writer with the lock is waited for. */
const TIMEOUT = 5_000;
const SCHEME = "sqlite:";

/** A file: `sqlite:PATH?table=TABLE`. One that is not there is not made. */
export async function openSqlite(text: string, { cwd }: Place): Promise<Opened | undefined> {
  if (!text.startsWith(SCHEME)) return undefined;
  const [place, query] = splitQuery(text.slice(SCHEME.length));
  const path = resolve(cwd, place);
  if (place === "" || !existsSync(path)) throw new UsageError(`there is no file ${path}. Write sqlite:PATH`);
  const { sqlite } = await loadPeer<SqliteModule>("@hitbox/sqlite", cwd);
  const own = { path, timeout: TIMEOUT, sweepInterval: Number.POSITIVE_INFINITY, onWarning: () => {} };
  const backend = sqlite({ ...own, ...picked(query, ["table"]) });
  return { name: `sqlite:${path}`, backends: [backend], prefix: "", close: async () => {} };
}
