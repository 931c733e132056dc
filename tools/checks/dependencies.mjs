import { builtinModules } from "node:module";
import { filesUnder } from "./files-under.mjs";

const CORE = "@hitbox/core";
/** The packages that others may depend on besides core, by shelf or package. The first that fits counts. */
const SHARED = {
  // An application.
  "packages/observability/cli": ["@hitbox/cache", "@hitbox/dashboard"],
  "packages/observability/": ["@hitbox/recorder"],
  // Writes packages that use the kit of its own release.
  "packages/kits/create-hitbox-backend": ["@hitbox/conformance"],
};
/** Other parts of core than its public one that packages of this repository may use. */
const CORE_PARTS = [`${CORE}/tier`];
const IMPORT = /(?:\bfrom\s|\bimport\s|\bimport\(|\brequire\()\s*["']([^"'\n]+)["']/g;

/** Every arrow points to core, and what the sources import is what package.json declares. */
export async function dependencies({ directory, name, path: home, manifest }) {
  const { dependencies: own = {}, peerDependencies = {}, optionalDependencies = {} } = manifest;
  const declared = Object.keys({ ...own, ...peerDependencies, ...optionalDependencies });
  const shared = Object.entries(SHARED).find(([shelf]) => home.startsWith(shelf))?.[1] ?? [];
  const bundled = Object.keys(manifest.devDependencies ?? {});
  const wrong = [...arrows(name, declared, manifest, shared)];
  for (const { path, text } of await filesUnder(directory, "src", ".ts")) {
    for (const imported of importsOf(text)) {
      const from = imported.startsWith(".") ? undefined : packageOf(imported);
      // A page is bundled with all that it needs.
      const known = path.startsWith("src/page/") ? [...declared, ...bundled] : declared;
      if (from !== undefined && from !== name && !known.includes(from))
        wrong.push(`${path} imports ${from}, which package.json does not declare`);
      if (from?.startsWith("@hitbox/") && imported !== from && !CORE_PARTS.includes(imported))
        wrong.push(
          `${path} imports ${imported}; packages import ${[CORE, ...CORE_PARTS].join(" and ")} alone`,
        );
      if (/^(\.\.\/)+(?:packages|node_modules|core|backends|test)\//.test(imported))
        wrong.push(`${path} imports ${imported}, which is not in src`);
    }
  }
  return wrong;
}

/** Optional peers are no arrows: nothing of them is imported, and the user's own are loaded on demand. */
function arrows(name, declared, manifest, shared) {
  const { dependencies: own = {}, devDependencies = {}, peerDependenciesMeta: peers = {} } = manifest;
  const siblings = declared.filter((dependency) => dependency.startsWith("@hitbox/") && !peers[dependency]);
  const wrong = [];
  if (name === CORE && declared.length > 0) wrong.push(`core depends on ${declared.join(", ")}`);
  for (const sibling of siblings) {
    if (sibling !== CORE && !shared.includes(sibling))
      wrong.push(`depends on ${sibling}; packages depend on ${CORE} alone`);
    else if (own[sibling] !== "workspace:^") wrong.push(`package.json: ${sibling} has to be "workspace:^"`);
  }
  for (const sibling of Object.keys(devDependencies).filter((other) => other.startsWith("@hitbox/")))
    wrong.push(
      `package.json: ${sibling} resolves from tests as it is; as a devDependency it can become a cycle`,
    );
  return wrong;
}

function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(IMPORT)].map((match) => match[1]);
}

function packageOf(specifier) {
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
