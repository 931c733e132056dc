import type { Backend } from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";
import { shownUrl } from "./query.ts";

type Factory = (options: object) => Backend;

/** Milliseconds: a reader at a terminal is more patient than a service. */
const TIMEOUT = 5_000;
const SETTINGS = {
  connections: 4,
  timeout: TIMEOUT,
  sweepInterval: Number.POSITIVE_INFINITY,
  onWarning: () => {},
};

/** A table of PostgreSQL: `postgres://…?table=TABLE`. All other options of the URL are those of pg. */
export async function openPostgres(text: string, place: Place): Promise<Opened | undefined> {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return undefined;
  const { postgres } = await loadPeer<{ readonly postgres: Factory }>("@hitbox/postgres", place.cwd, "pg");
  const coherence = coherenceFor(place);
  const factory: Factory = (options) => postgres({ ...options, ...(coherence && { coherence }) });
  return { ...opened(text, [], factory), coherences: ["notify"] };
}

/** A table of MySQL or MariaDB: `mysql://…?table=TABLE`; `tls=verified` encrypts. */
export async function openMysql(text: string, { cwd }: Place): Promise<Opened | undefined> {
  if (!/^(?:mysql|mariadb):\/\//.test(text)) return undefined;
  const { mysql } = await loadPeer<{ readonly mysql: Factory }>("@hitbox/mysql", cwd, "mysql2");
  return opened(text, ["tls"], mysql);
}

/** Options of the adapter are taken out of the URL: a client may refuse them. */
function opened(text: string, names: readonly string[], factory: Factory): Opened {
  if (!URL.canParse(text))
    throw new UsageError("the store's URL cannot be read. Write USER:PASSWORD@HOST/DATABASE after ://");
  const url = new URL(text);
  const options: Record<string, string> = {};
  for (const name of ["table", ...names]) {
    const value = url.searchParams.get(name);
    if (value !== null) options[name] = value;
    url.searchParams.delete(name);
  }
  const backend = factory({ ...SETTINGS, ...options, url: url.href });
  return { name: shownUrl(text), backends: [backend], prefix: "", close: async () => {} };
}

/** Services hear by notifications alone. */
function coherenceFor({ coherence, changes }: Place): string | undefined {
  if (coherence !== undefined && coherence !== "notify")
    throw new UsageError("--coherence of PostgreSQL can only be notify. Leave it out");
  return changes === undefined ? undefined : "notify";
}
