import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
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

/**
 * The text of a page whose targets have moved: a link that leads nowhere is pointed at the one file whose path
 * ends as the link does.
 */
export function mendedLinks({ path, text }, files) {
  const from = (target) => relative(dirname(path), target);
  return relativeLinks(path, text).reduce((mended, link) => {
    if (existsSync(join(ROOT, link.path))) return mended;
    const target = movedTo(link.written, files);
    return target === undefined
      ? mended
      : ["#", ")"].reduce(
          (text, end) => text.replaceAll(`](${link.written}${end}`, `](${from(target)}${end}`),
          mended,
        );
  }, text);
}

function movedTo(written, files) {
  const end = written.replace(/^(?:\.{1,2}\/)+/, "").replace(/\/$/, "");
  const ends = [`/${end}`, `/${end.replace(/\.md$/, "/index.md")}`, `/${end.split("/").at(-1)}`];
  const found = ends.map((name) => files.filter((file) => `/${file}`.endsWith(name)));
  return found.find((matches) => matches.length === 1)?.[0];
}
