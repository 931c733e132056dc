import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { drawDiagrams } from "./diagrams.mjs";
import { withField } from "./frontmatter.mjs";
import { indexPages } from "./index-pages.mjs";
import { llmsTexts } from "./llms.mjs";
import { writtenPages } from "./pages.mjs";
import { rewriteLinks } from "./rewrite-links.mjs";

/** Folder that VitePress makes the site of. */
export const STAGE = join(ROOT, ".cache/docs/src");

/** Writes every page to `STAGE`; those of the API are made already, in `api`. */
export async function stage(api) {
  const written = await writtenPages();
  const places = placesOf(written);
  const pages = written.map((page) => ({ ...page, text: rewriteLinks(page, places) }));
  const lists = indexPages(pages);
  const isList = ({ page }) => lists.some((list) => list.page === page);
  const listed = [...pages.filter((page) => !isList(page)), ...lists];
  const files = new Map();
  for (const { source, page, text } of listed) {
    const drawn = await drawDiagrams(text);
    files.set(
      page,
      source === undefined ? withField(drawn, "editLink", "false") : withField(drawn, "source", source),
    );
  }
  for (const [page, text] of await apiPages(api))
    files.set(`reference/api/${page}`, withField(text, "editLink", "false"));
  for (const [name, text] of llmsTexts(listed)) files.set(`public/${name}`, text);
  await writeChanged(files);
  await cp(join(ROOT, "docs/images"), join(STAGE, "public/images"), { recursive: true });
}

function placesOf(pages) {
  const lists = ["guides", "decisions"].map((folder) => [`docs/${folder}`, `${folder}/index.md`]);
  return new Map([...pages.map(({ source, page }) => [source, page]), ...lists, ["README.md", "index.md"]]);
}

async function apiPages(api) {
  const names = (await readdir(api, { recursive: true })).filter((name) => name.endsWith(".md"));
  return Promise.all(names.map(async (name) => [name, await readFile(join(api, name), "utf8")]));
}

/** A file that is as it was keeps its time, so that a page that is open in a browser stays. */
async function writeChanged(files) {
  await mkdir(STAGE, { recursive: true });
  for (const [name, text] of files) {
    const file = join(STAGE, name);
    const before = await readFile(file, "utf8").catch(() => undefined);
    if (before === text) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const present = await readdir(STAGE, { recursive: true, withFileTypes: true });
  const paths = present
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const stale = paths.filter(
    (path) => /\.(?:md|txt)$/.test(path) && !files.has(path.slice(STAGE.length + 1)),
  );
  await Promise.all(stale.map((path) => rm(path)));
}
