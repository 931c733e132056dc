import { dirname } from "node:path";
import { splitFrontmatter, summaryOf, titleOf } from "./frontmatter.mjs";

/** Folders whose first page is a list of the others. */
const LISTED = {
  guides: ["Guides", "One page for each problem, with an example first."],
  decisions: ["Decisions", "The reasons for what surprises, by date."],
  packages: ["Packages", "The README of each package."],
  examples: ["Examples", "Programs of the repository that you can run."],
};

/** The first pages of the folders that have none, of `{ page, text }`. */
export function indexPages(pages) {
  return Object.entries(LISTED).map(([folder, [title, summary]]) => {
    const listed = inOrder(pages.filter(({ page }) => dirname(page) === folder)).map(row);
    return { page: `${folder}/index.md`, text: `# ${title}\n\n${summary}\n\n${listed.join("\n")}\n` };
  });
}

/** By the `order` of their frontmatter, then by name. */
export function inOrder(pages) {
  const order = ({ text }) => Number(splitFrontmatter(text).fields.order ?? Number.POSITIVE_INFINITY);
  return pages.toSorted((a, b) => order(a) - order(b) || (a.page < b.page ? -1 : 1));
}

const row = ({ page, text }) => `- [${titleOf(text)}](./${page.split("/").at(-1)}): ${summaryOf(text)}`;
