import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { slugOf } from "../../docs/.vitepress/slug.mjs";
import { sourceFiles } from "../checks/source-files.mjs";
import { ROOT } from "../pnpm.mjs";
import { outsideCode, relativeLinks } from "./rewrite-links.mjs";

/** Pages whose links are checked: `{ path, text }`. Those of changelogs and changesets are of their time. */
export const linkedPages = () =>
  sourceFiles().filter(({ path }) => path.endsWith(".md") && !/CHANGELOG\.md$|^\.changeset\//.test(path));

/** The relative links of pages that lead nowhere, a sentence each. */
export function brokenLinks(pages) {
  return pages.flatMap(({ path, text }) =>
    relativeLinks(path, text).flatMap((link) => {
      if (!existsSync(join(ROOT, link.path))) return [`${path}: ${link.written} is not there`];
      if (link.hash === "" || anchorsOf(link.path).has(link.hash)) return [];
      return [`${path}: ${link.written}#${link.hash} has no such heading`];
    }),
  );
}

/** The anchors of a page's headings, as GitHub and the site make them. */
function anchorsOf(path) {
  const file = join(ROOT, path);
  const page = statSync(file).isDirectory() ? join(file, "README.md") : file;
  const anchors = new Set();
  outsideCode(readFileSync(page, "utf8"), (part) => {
    for (const [, heading] of part.matchAll(/^#{1,6} +(.+?) *$/gm))
      anchors.add(free(slugOf(plain(heading)), anchors));
    return part;
  });
  return anchors;
}

const plain = (heading) => heading.replace(/[`*]/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");

function free(slug, taken, count = 0) {
  const name = count === 0 ? slug : `${slug}-${count}`;
  return taken.has(name) ? free(slug, taken, count + 1) : name;
}
