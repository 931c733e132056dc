import { join } from "node:path";

/** The parts of Node that the packages need in a page, made of what a browser has. */
const MODULES = {
  "node:diagnostics_channel": "channels.ts",
  "node:util": "util.ts",
  "node:timers": "others.ts",
  "node:timers/promises": "others.ts",
  "node:crypto": "others.ts",
  "node:os": "others.ts",
};
const GLOBALS = ["Buffer", "process", "setTimeout", "clearTimeout", "setImmediate"];
/** The packages themselves, and the library under the memory tier. */
const PACKAGES = /\/packages\/(?:core|cache|composition|wrappers|backends\/memory)\/src\//;

const here = (name) => join(import.meta.dirname, name);

/** All other modules of Node, whose importers the bundle leaves out; and all other names of those above. */
const ABSENT = "no-module.ts";

/** Bundles the packages for a browser, from their sources. The published packages are for Node. */
export const inBrowser = {
  name: "in-browser",
  enforce: "pre",
  resolveId(id, _importer, { ssr }) {
    if (ssr || !id.startsWith("node:")) return undefined;
    return { id: here(MODULES[id] ?? ABSENT), syntheticNamedExports: "absent" };
  },
  transform(code, id, { ssr } = {}) {
    if (ssr || !PACKAGES.test(id)) return undefined;
    const used = GLOBALS.filter(
      (name) => new RegExp(`(?<![.\\w$"'\`])${name}\\b`).test(code) && !imports(code, name),
    );
    if (used.length === 0) return undefined;
    return {
      code: `import { ${used.join(", ")} } from ${JSON.stringify(here("globals.ts"))};${code}`,
      map: null,
    };
  },
};

const imports = (code, name) => new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\}`).test(code);
