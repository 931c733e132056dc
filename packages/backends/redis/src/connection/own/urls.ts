import { checkOption } from "@hitbox/core";

/** Throws a `TypeError` unless `urls` is a list of one server or more, all of them with TLS or none. */
export function checkUrls(option: string, urls: unknown): [first: URL, ...rest: URL[]] {
  const rule = "must be a list of one redis:// or rediss:// URL or more";
  checkOption(Array.isArray(urls) && urls.length > 0, option, typeof urls, rule);
  const parsed = urls.map((url) => checkUrl(option, url)) as [URL, ...URL[]];
  const schemes = [...new Set(parsed.map(({ protocol }) => protocol))];
  checkOption(schemes.length === 1, option, schemes, "must be all redis:// or all rediss://");
  return parsed;
}

/** The same for the nodes of a cluster, and for sentinels: their URLs have no database. */
export function checkNodeUrls(option: string, urls: unknown): [first: URL, ...rest: URL[]] {
  const parsed = checkUrls(option, urls);
  // Nobody would look there: the data of database 0 may be another tenant's.
  for (const { pathname } of parsed)
    checkOption(
      ["", "/", "/0"].includes(pathname),
      option,
      "another path",
      "must have no database in its URLs; sentinels take the option `database`, and a cluster has only 0",
    );
  return parsed;
}

/**
 * Throws a `TypeError` that shows no part of a wrong URL but its scheme: a password may stand anywhere in it.
 */
export function checkUrl(option: string, url: unknown): URL {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  const shown = parsed?.protocol ?? (typeof url === "string" ? "text that is no URL" : typeof url);
  checkOption(
    parsed !== undefined && /^rediss?:$/.test(parsed.protocol),
    option,
    shown,
    "must be a redis:// or rediss:// URL",
  );
  // ioredis takes options there, such as `?db=3`. Ignored, they would lead to other data.
  const hasMore = parsed.search !== "" || parsed.hash !== "";
  checkOption(!hasMore, option, "more", "must end with the host, or the number of a database");
  return parsed;
}

/** `usual` is the port if the URL names none. */
export function addressOf({ hostname, port }: URL, usual: number): { host: string; port: number } {
  return { host: hostname.replace(/^\[|\]$/g, "") || "127.0.0.1", port: Number(port || usual) };
}
