import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const PAGE = "src/page/page.ts";

/**
 * The script of a package's page, with all that it needs: a browser asks for nothing else. Answers with the
 * names of the files in `dist` and their text; nothing for a package without a page.
 */
export async function bundlePage({ directory, manifest }) {
  if (!existsSync(join(directory, PAGE))) return [];
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    cwd: directory,
    input: { page: PAGE },
    platform: "browser",
    moduleTypes: { ".css": "text" },
    transform: { target: "es2023" },
    onLog: (_level, log) => {
      throw new Error(`${manifest.name}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    minify: true,
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await bundle.close();
  // Minifying would take it away.
  const banner = await licences(directory, manifest);
  return output.map(({ fileName, code }) => [fileName, `${banner}\n${code}`]);
}

/** The development dependencies of a package with a page are those within it; their licences ask for this. */
async function licences(directory, { devDependencies = {} }) {
  const texts = Object.keys(devDependencies).map(async (name) => {
    const text = await readFile(join(directory, "node_modules", name, "LICENSE"), "utf8");
    return `${name}\n\n${text.trim()}`;
  });
  return `/*!\n${(await Promise.all(texts)).join("\n\n")}\n*/`;
}
