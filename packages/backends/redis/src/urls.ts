import { checkOption } from "@hitbox/core";

/** Throws a `TypeError` for anything but URLs of one server or more, all of them in TLS or none. */
export function checkUrls(option: string, urls: readonly string[]): [first: URL, ...rest: URL[]] {
  checkOption(Array.isArray(urls) && urls.length > 0, option, urls, "must be a list of one URL or more");
  for (const url of urls) checkUrl(option, url);
  const parsed = urls.map((url) => new URL(url)) as [URL, ...URL[]];
  const schemes = [...new Set(parsed.map(({ protocol }) => protocol))];
  checkOption(schemes.length === 1, option, schemes, "must be all redis:// or all rediss://");
  return parsed;
}

/** Shows a wrong URL without the password. */
function checkUrl(option: string, url: unknown): void {
  const ok = typeof url === "string" && URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
  const shown = typeof url === "string" ? url.replace(/\/\/.*@/, "//***@") : url;
  checkOption(ok, option, shown, "must be a redis:// or rediss:// URL");
}

/** `usual` is the port where the URL names none. */
export function addressOf({ hostname, port }: URL, usual: number): { host: string; port: number } {
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || usual) };
}
