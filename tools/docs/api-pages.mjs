import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../pnpm.mjs";

// TypeDoc needs TypeScript 5, which docs/package.json brings: the repository's own has no API yet.
const require = createRequire(join(ROOT, "docs/package.json"));

const OPTIONS = {
  plugin: [require.resolve("typedoc-plugin-markdown")],
  tsconfig: join(ROOT, "docs/tsconfig.json"),
  basePath: ROOT,
  readme: "none",
  githubPages: false,
  disableSources: true,
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  kindSortOrder: ["Function", "Interface", "TypeAlias", "Class", "Variable"],
  logLevel: "Error",
  router: "module",
  entryFileName: "index",
  excludeScopesInPaths: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useHTMLAnchors: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  propertyMembersFormat: "table",
  pageTitleTemplates: { index: () => "API", module: ({ name }) => name },
};

/** Writes a page for each entry point of the packages to `folder`, from the built declarations. */
export async function writeApiPages(packages, folder) {
  const { Application } = await import(pathToFileURL(require.resolve("typedoc")).href);
  const entries = packages.flatMap(entriesOf);
  const entryPoints = entries.map(({ path }) => path);
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, entryPoints, out: folder });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc found nothing to convert: build the packages first");
  for (const module of project.children ?? []) module.name = nameOf(module, entries);
  await app.generateOutputs(project);
}

/** The entry points of a package by the names under which they are imported. */
function entriesOf({ name, path, directory, manifest }) {
  return Object.entries(manifest.exports).flatMap(([subpath, { types }]) => {
    if (types === undefined) return [];
    const module = join(path, types).replace(/(?:\/index)?\.d\.ts$/, "");
    return [{ name: join(name, subpath), module, path: join(directory, types) }];
  });
}

/** TypeDoc names a module by the path of its file. */
function nameOf({ name }, entries) {
  return entries.find(({ module }) => module === name)?.name ?? name;
}
