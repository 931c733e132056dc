import { dirname } from "node:path";
import { splitFrontmatter, summaryOf, titleOf } from "./frontmatter.mjs";

/** Folders whose first page is a list of the others. */
const LISTED = {
  guides: ["Guides", "One page for each problem, with an example first."],
  decisions: ["Decisions", "The reasons for what surprises, by date."],
  packages: ["Packages", "The README of each package."],
  examples: ["Examples", "Programs of the repository that you can run."],
};

/** The first pages of these folders, each with a list of the others. `pages` are `{ page, text }`. */
export function indexPages(pages) {
  return Object.entries(LISTED).map(([folder, [title, summary]]) => {
    const page = `${folder}/index.md`;
    const others = pages.filter((other) => dirname(other.page) === folder && other.page !== page);
    const written = pages.find((other) => other.page === page);
    const head = written?.text.trim() ?? `# ${title}\n\n${summary}`;
    return { ...written, page, text: `${head}\n\n${inOrder(others).map(row).join("\n")}\n` };
  });
}

/** By the `order` of their frontmatter, then by name. */
export function inOrder(pages) {
  const order = ({ text }) => Number(splitFrontmatter(text).fields.order ?? Number.POSITIVE_INFINITY);
  return pages.toSorted((a, b) => order(a) - order(b) || (a.page < b.page ? -1 : 1));
}

const row = ({ page, text }) => `- [${titleOf(text)}](./${page.split("/").at(-1)}): ${summaryOf(text)}`;
