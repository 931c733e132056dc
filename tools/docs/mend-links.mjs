import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { linkedPages } from "./links.mjs";
import { relativeLinks } from "./rewrite-links.mjs";

/** After pages have moved: points each link that leads nowhere at its target. Returns the changed pages. */
export function mendLinks() {
  const files = paths();
  return linkedPages().flatMap((page) => {
    const text = mended(page, files);
    if (text === page.text) return [];
    writeFileSync(join(ROOT, page.path), text);
    return [page.path];
  });
}

/** Every file of the repository, and every folder. */
function paths() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const files = listed.trim().split("\n");
  return [...new Set([...files, ...files.map((file) => dirname(file))])].filter((path) =>
    existsSync(join(ROOT, path)),
  );
}

function mended({ path, text }, files) {
  return relativeLinks(path, text).reduce((before, link) => {
    if (existsSync(join(ROOT, link.path))) return before;
    const target = movedTo(link.written, files);
    return target === undefined ? before : pointed(before, link.written, relative(dirname(path), target));
  }, text);
}

function pointed(text, written, target) {
  const ends = ["#", ")"];
  return ends.reduce((before, end) => before.replaceAll(`](${written}${end}`, `](${target}${end}`), text);
}

/** The one path that ends as the link does; else the one of that name. */
function movedTo(written, files) {
  const end = written.replace(/^(?:\.{1,2}\/)+/, "").replace(/\/$/, "");
  const ends = [`/${end}`, `/${end.replace(/\.md$/, "/index.md")}`, `/${end.split("/").at(-1)}`];
  const found = ends.map((name) => files.filter((file) => `/${file}`.endsWith(name)));
  return found.find((matches) => matches.length === 1)?.[0];
}
