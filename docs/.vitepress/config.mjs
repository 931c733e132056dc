import { join } from "node:path";
import { defineConfig } from "vitepress";
import { inBrowser } from "./node/in-browser.mjs";
import { navigation, sidebar } from "./sidebar.mjs";
import { slugOf } from "./slug.mjs";

// The pages are staged by tools/docs: those of docs/, the READMEs of the packages, and the API.

const CACHE = join(import.meta.dirname, "../../.cache/docs");
const SOURCES = join(CACHE, "src");
const REPOSITORY = "https://github.com/hitbox-cache/hitbox-typescript";

/** The pages are rendered once: to drop code that they do not need would take longer than to load it. */
const quickServerBuild = {
  name: "quick-server-build",
  config: (_config, { isSsrBuild }) => isSsrBuild && { build: { rollupOptions: { treeshake: false } } },
};

/**
 * Code is not searched: it would be highlighted once more, and bury the sentences about it. Nor are the
 * lists of links to other pages, which have the words of those pages.
 */
function searchable(text, env, markdown) {
  const sentences = text
    .replace(/^(\s*)(`{3,}).*\n[\s\S]*?^\1\2\s*$/gm, "")
    .replace(/^## See also\n[\s\S]*?(?=^## |(?![\s\S]))/gm, "");
  const html = markdown.render(sentences, env);
  return env.frontmatter?.search === false ? "" : html;
}

/**
 * Puts the pages first that answer a question: the generated API has every word many times, and pages on
 * moving from another cache have most of them. The browser gets the text of this function alone.
 */
const boostOf = (page) => {
  const boosts = { guides: 4, start: 2, packages: 2, reference: 1.2, api: 0.5, decisions: 0.5 };
  const [path] = page.split("#");
  if (/\/guides\/(?:migrating|codemods)/.test(path)) return 1;
  const folder = path.split("/").findLast((name) => name in boosts);
  return boosts[folder] ?? 1;
};

export default defineConfig({
  title: "hitbox",
  // No picture, so that browsers ask for none.
  head: [["link", { rel: "icon", href: "data:," }]],
  titleTemplate: ":title – hitbox for TypeScript",
  description:
    "Pluggable cache backends for Node: memory over Redis and other stores, composed, typed and fast.",
  lang: "en",
  base: process.env.DOCS_BASE || "/",
  srcDir: SOURCES,
  outDir: join(CACHE, "site"),
  cacheDir: join(CACHE, "vite"),
  metaChunk: true,
  markdown: {
    // Anchors as GitHub makes them: READMEs and pages are read there, too.
    anchor: { slugify: slugOf },
    languages: ["sql"],
    languageAlias: { promql: "sql" },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  vite: {
    plugins: [quickServerBuild, inBrowser],
    resolve: { conditions: ["@hitbox/source"] },
    build: { target: "es2022", chunkSizeWarningLimit: 2_000 },
  },
  themeConfig: {
    nav: navigation(SOURCES),
    sidebar: sidebar(SOURCES),
    outline: [2, 3],
    search: {
      provider: "local",
      options: { _render: searchable, miniSearch: { searchOptions: { boostDocument: boostOf } } },
    },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    editLink: {
      pattern: ({ frontmatter }) =>
        `https://github.com/hitbox-cache/hitbox-typescript/edit/main/${frontmatter.source}`,
      text: "Edit this page",
    },
    footer: { message: "MIT licence" },
  },
});
