import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The stack of the README's first page. */
export const FRONT_PAGE = [
  "@hitbox/cache",
  "@hitbox/composition",
  "@hitbox/memory",
  "@hitbox/redis",
  "ioredis",
];

/** Makes a project that depends on `packages`: names, for the newest versions, or versions by name. */
export async function makeProject(folder, name, packages, more = {}) {
  const directory = join(folder, name.replace(/[^\w.-]+/g, "-"));
  await mkdir(directory, { recursive: true });
  const dependencies = Array.isArray(packages)
    ? Object.fromEntries(packages.map((each) => [each, "latest"]))
    : packages;
  const manifest = {
    name: "rehearsal",
    version: "1.0.0",
    private: true,
    type: "module",
    dependencies,
    ...more,
  };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest, undefined, 2));
  return directory;
}

/** A program that imports a package in both ways, and prints how many names it exports. */
export async function writeSmoke(directory, name) {
  const text = `
    import { createRequire } from "node:module";
    const imported = Object.keys(await import("${name}"));
    const all = Object.keys(createRequire(import.meta.url)("${name}"));
    const required = all.filter((key) => key !== "__esModule");
    if (imported.length === 0) throw new Error("nothing is exported");
    if (imported.sort().join() !== required.sort().join()) throw new Error("require gives other names");
    console.log("ok", imported.length);
  `;
  await writeFile(join(directory, "smoke.mjs"), text);
}

/** The front page's program: a value through memory and Redis, a tag, and a second process's view of it. */
const STACK = `
  const far = () => redis({ url: process.argv[2], coherence: "tracking" });
  const cache = createCache({ backend: compose(memory({ maxEntries: 10_000 }), far()), ttl: "5m" });
  const load = async (id) => ({ id, name: "Ada", joined: new Date("2026-11-28") });
  const user = await cache.getOrSet(["user", { id: 42 }], () => load(42), { tags: ["users"] });
  const other = createCache({ backend: far(), ttl: "5m" });
  const same = await other.getOrSet(["user", { id: 42 }], () => { throw new Error("loaded twice"); });
  await cache.invalidateTags(["users"]);
  const isThere = await cache.has(["user", { id: 42 }]);
  console.log(user.joined.getUTCFullYear(), same.joined.getUTCFullYear(), isThere);
  await cache.close();
  await other.close();
`;
const NAMES = [
  ["createCache", "@hitbox/cache"],
  ["compose", "@hitbox/composition"],
  ["memory", "@hitbox/memory"],
  ["redis", "@hitbox/redis"],
];
export const STACK_SAYS = "2026 2026 false";

/** `stack.mjs` imports the front page's packages, and `stack.cjs` requires them. */
export async function writeStack(directory) {
  const imports = NAMES.map(([name, from]) => `import { ${name} } from "${from}";`).join("\n");
  const requires = NAMES.map(([name, from]) => `const { ${name} } = require("${from}");`).join("\n");
  await writeFile(join(directory, "stack.mjs"), `${imports}\n${STACK}`);
  await writeFile(join(directory, "stack.cjs"), `${requires}\n(async () => {${STACK}})();`);
}
