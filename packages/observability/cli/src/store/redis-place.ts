import { UsageError } from "../usage-error.ts";

/** The place of a Redis, in the words of `redis()` of `@hitbox/redis`. */
export type RedisPlace = { readonly url: string } | { readonly cluster: readonly string[] } | SentinelPlace;

export interface SentinelPlace {
  readonly sentinels: readonly string[];
  readonly name: string;
  readonly database?: number;
  /** Of the master. The sentinels get the same, from their URLs. */
  readonly username?: string;
  readonly password?: string;
}

const SCHEME = /^(rediss?)(?:-(cluster|sentinel))?:\/\/(.+)$/;

/**
 * Reads `redis://…`, `redis-cluster://host,host`, `redis-sentinel://host,host/master` and the same with
 * `rediss`. User and password before the first host hold for all hosts. Undefined for another text.
 */
export function redisPlace(text: string): RedisPlace | undefined {
  const [, scheme, kind, rest] = SCHEME.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return undefined;
  if (kind === undefined) return { url: text };
  const [hosts = "", name = "", database] = rest.split("/");
  const login = /^[^,@]*@/.exec(hosts)?.[0] ?? "";
  const urls = hosts.split(",").map((host) => `${scheme}://${host.includes("@") ? "" : login}${host}`);
  if (kind === "cluster") return { cluster: urls };
  if (name === "") throw new UsageError(NO_MASTER);
  const number = database === undefined ? {} : { database: Number(database) };
  return { sentinels: urls, name, ...number, ...loginOf(urls[0] ?? "") };
}

/** User and password of a URL, decoded. */
export function loginOf(url: string): { readonly username?: string; readonly password?: string } {
  if (!URL.canParse(url)) return {};
  const { username, password } = new URL(url);
  return {
    ...(username !== "" && { username: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
  };
}

const NO_MASTER =
  "a sentinel store names its master after the hosts. Write redis-sentinel://HOST:26379,HOST:26379/MASTER";

/** The place without user and password. */
export function placeName(place: RedisPlace): string {
  if ("url" in place) return hostOf(place.url);
  if ("cluster" in place) return `cluster ${place.cluster.map(hostOf).join(", ")}`;
  return `${place.name} of the sentinels ${place.sentinels.map(hostOf).join(", ")}`;
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) return "a URL that cannot be read";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
