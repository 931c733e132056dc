import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { ROOT } from "../pnpm.mjs";

/** Pages that lie outside of docs/ and of the packages, and their place on the site. */
const OTHERS = {
  "SECURITY.md": "reference/security.md",
  "CONTRIBUTING.md": "how-it-works/contributing.md",
  "observability/README.md": "reference/alerts.md",
};

/**
 * The pages of the site that are written by hand: `{ source, page, text }`. `source` starts at the
 * repository's root, `page` at the site's.
 */
export async function writtenPages() {
  const packages = await workspacePackages();
  const sources = {
    ...Object.fromEntries(markdownIn("docs").map((source) => [source, placeOf(source)])),
    ...Object.fromEntries(packages.map(({ path, folder }) => [`${path}/README.md`, `packages/${folder}.md`])),
    ...Object.fromEntries(
      foldersIn("examples").map((path) => [`${path}/README.md`, `examples/${basename(path)}.md`]),
    ),
    ...OTHERS,
  };
  return Object.entries(sources).map(([source, page]) => ({
    source,
    page,
    text: readFileSync(join(ROOT, source), "utf8"),
  }));
}

/** GitHub shows a folder's README.md, and the site its index.md. */
const placeOf = (source) => source.slice("docs/".length).replace(/README\.md$/, "index.md");

const HIDDEN = /^\.|^node_modules$/;

function markdownIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (HIDDEN.test(entry.name)) return [];
    if (entry.isDirectory()) return markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

function foldersIn(folder) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}
