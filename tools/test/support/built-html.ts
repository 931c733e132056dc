import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page of the built site. */
export interface BuiltPage {
  /** From the site's root, such as `/start/quick-start.html`. */
  readonly path: string;
  readonly html: string;
  readonly anchors: ReadonlySet<string>;
}

export function builtPages(site: string): BuiltPage[] {
  const names = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  return names.map((name) => {
    const html = readFileSync(join(site, name), "utf8");
    const anchors = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id));
    return { path: `/${name}`, html, anchors };
  });
}

/** The links of the pages to pages, pictures and anchors of the site that are not there. */
export function deadLinks(pages: readonly BuiltPage[], files: ReadonlySet<string>): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap((page) =>
    linksOf(page)
      .filter(({ path, hash }) => {
        const target = byPath.get(path);
        if (target === undefined) return !files.has(path);
        return hash !== "" && !target.anchors.has(hash);
      })
      .map(({ path, hash }) => `${page.path}: ${path}${hash && `#${hash}`}`),
  );
}

function linksOf({ path, html }: BuiltPage): { path: string; hash: string }[] {
  const written = [...html.matchAll(/<(?:a|img|script|link)\b[^>]*?\s(?:href|src)="([^"]+)"/g)];
  const urls = written.map(([, link = ""]) => new URL(link.replaceAll("&amp;", "&"), `http://site${path}`));
  return urls
    .filter(({ host }) => host === "site")
    .map(({ pathname, hash }) => ({
      path: pageAt(decodeURI(pathname)),
      hash: decodeURIComponent(hash.slice(1)),
    }));
}

/** As a host of static pages and the site's own script find it. */
const pageAt = (path: string): string => {
  if (path.endsWith("/")) return `${path}index.html`;
  return /\.\w+$/.test(path) ? path : `${path}.html`;
};
