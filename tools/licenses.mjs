import { existsSync, readFileSync, realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { workspacePackages } from "./checks/workspace-packages.mjs";
import { ROOT } from "./pnpm.mjs";

// `pnpm run licenses` writes docs/reference/licenses.md, from the manifests of the installed packages; a test
// compares them.

export const PAGE = join(ROOT, "docs/reference/licenses.md");

const HEAD = `# Licences of the runtime dependencies

Written by \`npm run licenses\`, from the packages that the lockfile names. Each package of hitbox brings only
its own rows. A peer dependency is yours: you choose its version.

`;
const COLUMNS = ["dependency", "version", "licence", "needed by", "installs with a script"];
const INSTALL = ["preinstall", "install", "postinstall"];

/** Text of the page. */
export async function licensesPage() {
  const rows = new Map();
  for (const { name, directory, manifest } of await workspacePackages()) {
    for (const dependency of closure(directory, withBundled(directory, manifest)))
      note(rows, dependency, name);
  }
  const lines = [...rows.values()].toSorted(byName).map(line);
  return `${HEAD}${[row(COLUMNS), row(COLUMNS.map(() => "---")), ...lines].join("\n")}\n`;
}

/** A page is published with the packages that it is bundled with: the development dependencies. */
function withBundled(directory, manifest) {
  if (!existsSync(join(directory, "src/page/page.ts"))) return manifest;
  return { ...manifest, dependencies: { ...manifest.dependencies, ...manifest.devDependencies } };
}

function byName(one, other) {
  const [a, b] = [one, other].map(({ name, manifest }) => `${name} ${manifest.version}`);
  return a < b ? -1 : 1;
}

/** The installed packages that a package needs at runtime, and those that they need. */
function closure(directory, manifest, known = new Map()) {
  const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !optional.includes(name));
  const names = [...peers, ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })];
  for (const name of names.filter((name) => !name.startsWith("@hitbox/"))) {
    const found = installed(directory, name);
    if (found === undefined || known.has(found.directory)) continue;
    known.set(found.directory, found.manifest);
    closure(found.directory, found.manifest, known);
  }
  return known.values();
}

/** Undefined for the binary of another platform. */
function installed(from, name) {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    if (existsSync(path)) return read(path);
    if (folder === dirname(folder)) return undefined;
  }
}

function read(path) {
  return { directory: realpathSync(dirname(path)), manifest: JSON.parse(readFileSync(path, "utf8")) };
}

function note(rows, manifest, neededBy) {
  const name = manifest.cpu === undefined ? manifest.name : ofEveryPlatform(manifest.name);
  const key = `${name} ${manifest.version}`;
  const known = rows.get(key) ?? { name, manifest, needers: new Set() };
  known.needers.add(neededBy);
  rows.set(key, known);
}

/** One row for the binaries of all platforms: a machine has only its own. */
function ofEveryPlatform(name) {
  return name.replace(/(linux|darwin|win32)-.*$/, "*");
}

function line({ name, manifest, needers }) {
  const { version, license, scripts = {} } = manifest;
  const hasScript = INSTALL.some((event) => scripts[event] !== undefined);
  return row([`\`${name}\``, version, license ?? "none", [...needers].join(", "), hasScript ? "yes" : "no"]);
}

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

/** The licences that a service may use without asking; another one fails the test. */
export const ALLOWED = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/** The licences that the page names. */
export function licensesOf(page) {
  return page
    .split("\n")
    .slice(HEAD.split("\n").length + 1)
    .map((text) => text.split(" | ")[2])
    .filter((license) => license !== undefined);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = await licensesPage();
  if (!existsSync(PAGE) || (await readFile(PAGE, "utf8")) !== page) await writeFile(PAGE, page);
}
