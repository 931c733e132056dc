import { watch } from "node:fs";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../pnpm.mjs";
import { madeApiPages } from "./made-api-pages.mjs";
import { STAGE, stage } from "./stage.mjs";

const DOCS = join(ROOT, "docs");
/** Folder of the built site. */
export const SITE = join(ROOT, ".cache/docs/site");
/** What the pages are made of; a change of another file asks for a restart. */
const WATCHED = ["docs", "packages", "examples", "SECURITY.md", "CONTRIBUTING.md"];

const require = createRequire(join(DOCS, "package.json"));
const vitePress = () => import(pathToFileURL(require.resolve("vitepress")).href);

/** Builds the site. Throws for a link to a page that is not there. */
export async function buildSite() {
  await stage(await madeApiPages());
  const { build } = await vitePress();
  await build(DOCS);
  await cp(STAGE, SITE, {
    recursive: true,
    filter: (path) => !/\.(?!md$)\w+$/.test(path.slice(STAGE.length)),
  });
}

/** Serves the pages on localhost, and again whenever one is saved. */
export async function serveSite() {
  const api = await madeApiPages();
  await stage(api);
  for (const path of WATCHED) watch(join(ROOT, path), { recursive: true }, restaged(api));
  const { createServer } = await vitePress();
  const server = await createServer(DOCS);
  await server.listen();
  server.printUrls();
}

/** Editors save a file in several steps: one staging for all of them, and one at a time. */
function restaged(api) {
  let timer;
  let work = Promise.resolve();
  return (_event, name) => {
    if (!/\.(?:md|png|svg)$/.test(name ?? "")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(() => stage(api)).catch((error) => console.error(error.message));
    }, 100);
  };
}
