import { splitFrontmatter, summaryOf, titleOf } from "./frontmatter.mjs";
import { inOrder } from "./index-pages.mjs";

/** As in the configuration of the site. */
const BASE = process.env.DOCS_BASE || "/";

const HEAD = `# hitbox for TypeScript

> Pluggable cache backends for Node: memory over Redis and other stores, composed, typed and fast.

Every page is also there as Markdown: its address with \`.md\` in place of \`.html\`.
[llms-full.txt](${BASE}llms-full.txt) has all pages in one file.
`;

/** They show nothing without a browser. */
const APPS = new Set(["index.md", "playground.md"]);

const SECTIONS = {
  Start: /^start\//,
  Guides: /^guides\/|^[\w-]+\.md$/,
  Packages: /^packages\//,
  Reference: /^reference\//,
  "Write a backend": /^write-a-backend\//,
  "How it works": /^how-it-works\//,
  Examples: /^examples\//,
  Decisions: /^decisions\//,
};

/** Two files for language models: a list of all pages, and all pages in one. See https://llmstxt.org. */
export function llmsTexts(pages) {
  const sections = Object.entries(SECTIONS).map(([name, pattern]) => [
    name,
    inOrder(pages.filter(({ page }) => pattern.test(page) && !APPS.has(page))),
  ]);
  const lists = sections.map(([name, listed]) => `## ${name}\n\n${listed.map(row).join("\n")}\n`);
  const texts = sections.flatMap(([, listed]) =>
    listed.map(({ page, text }) => `<!-- ${BASE}${page} -->\n\n${splitFrontmatter(text).body.trim()}\n`),
  );
  return [
    ["llms.txt", [HEAD, ...lists].join("\n")],
    ["llms-full.txt", [HEAD, ...texts].join("\n")],
  ];
}

const row = ({ page, text }) => `- [${titleOf(text)}](${BASE}${page}): ${summaryOf(text)}`;
