import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { titleOf } from "../../tools/docs/frontmatter.mjs";
import { inOrder } from "../../tools/docs/index-pages.mjs";

/** The sections in the order of the navigation, each with the folders that it lists. */
const SECTIONS = [
  { text: "Start", folders: ["start", "examples"] },
  { text: "Guides", folders: ["guides"] },
  { text: "Reference", folders: ["reference", "packages", "reference/api"] },
  {
    text: "Write a backend",
    folders: ["write-a-backend"],
    besides: ["packages/conformance", "reference/api/core"],
  },
  { text: "How it works", folders: ["how-it-works", "decisions"] },
];
const NAMES = { examples: "Examples", packages: "Packages", "reference/api": "API", decisions: "Decisions" };
/** Lists that are long, and that few readers come for. */
const COLLAPSED = new Set(["decisions", "reference/api"]);

/** The sidebar of each section, made from the pages of its folders. */
export function sidebar(root) {
  const entries = SECTIONS.flatMap(({ text, folders, besides = [] }) => {
    const others = besides.filter((path) => existsSync(join(root, `${path}.md`)));
    const [first, ...more] = folders.map((folder) => group(root, folder, NAMES[folder] ?? text));
    first.items.push(...others.map((path) => item(root, `${path}.md`)));
    return folders.map((folder) => [`/${folder}/`, [first, ...more]]);
  });
  return Object.fromEntries(entries);
}

/** A link for each section, to its first page. */
export function navigation(root) {
  const links = SECTIONS.map(({ text, folders }) => ({
    text,
    link: pagesIn(root, folders[0])[0].link,
    activeMatch: `^/(?:${folders.join("|")})/`,
  }));
  return [...links, { text: "Playground", link: "/playground" }];
}

function group(root, folder, text) {
  return { text, items: pagesIn(root, folder), ...(COLLAPSED.has(folder) && { collapsed: true }) };
}

function pagesIn(root, folder) {
  const names = readdirSync(join(root, folder), { recursive: folder.endsWith("api") });
  const pages = names.filter((name) => name.endsWith(".md")).map((name) => page(root, `${folder}/${name}`));
  const isIndex = ({ page: path }) => path === `${folder}/index.md`;
  return [...pages.filter(isIndex), ...inOrder(pages.filter((one) => !isIndex(one)))].map(linked);
}

const page = (root, path) => ({ page: path, text: readFileSync(join(root, path), "utf8") });
const item = (root, path) => linked(page(root, path));
const linked = ({ page: path, text }) => ({
  text: titleOf(text),
  link: `/${path.replace(/(?:index)?\.md$/, "")}`,
});
