/** A store's text without its query, and the options of the query: `mysql://host/shop?table=cache`. */
export function splitQuery(text: string): readonly [place: string, query: URLSearchParams] {
  const at = text.indexOf("?");
  return at < 0 ? [text, new URLSearchParams()] : [text.slice(0, at), new URLSearchParams(text.slice(at))];
}

/** The options of these names that a query has. */
export function picked(query: URLSearchParams, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => pair(name, query.get(name))));
}

function pair(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

/** A URL for messages: without user, password and options, where a secret may be. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return "a URL that cannot be read";
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
