import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workspacePackages } from "./checks/workspace-packages.mjs";
import { ROOT } from "./pnpm.mjs";

// `pnpm matrix` writes the table of adapters into the README, from what the adapters declare; a test compares
// them.

/** How to make a backend of each adapter without a server; `folder` is an empty one on disk. */
const ADAPTERS = {
  memory: ({ memory }) => memory({ maxEntries: 1 }),
  lmdb: ({ lmdb }, folder) => lmdb({ path: join(folder, "cache") }),
  mysql: ({ mysql }) => mysql({ url: "mysql://127.0.0.1:1/cache" }),
  postgres: ({ postgres }) => postgres({ url: "postgres://127.0.0.1:1/cache", coherence: "notify" }),
  sqlite: ({ sqlite }) =>
    sqlite({
      database: {
        prepare: () => ({ get() {}, all: () => [], run: () => ({ changes: 0 }) }),
        exec() {},
        close() {},
      },
    }),
  s3: ({ s3 }) => s3({ bucket: "cache", client: { send() {}, config: {} } }),
  memcached: ({ memcached }) => memcached({ servers: ["127.0.0.1:1"] }),
  dynamodb: ({ dynamodb }) => dynamodb({ client: { send() {}, config: { region() {} } }, table: "cache" }),
  redis: ({ redis }) => redis({ url: "redis://127.0.0.1:1", coherence: "tracking" }),
};

const OTHER_PACKAGES = [
  ...["cache", "cbor", "composition", "conformance", "core", "create-hitbox-backend", "wrappers", "zstd"],
  ...["cli", "dashboard", "opentelemetry", "prometheus", "recorder"],
  ...["keyv", "unstorage"],
];

const COLUMNS = {
  "expired entries removed by": ({ expiry }) =>
    ({ native: "the store", lazy: "the adapter", none: "nobody" })[expiry],
  "shared by processes": ({ shared }) => yesOrNo(shared),
  "outlives the process": ({ persistent }) => yesOrNo(persistent),
  "batch read": ({ readMany }) => batch(readMany),
  "batch write": ({ writeMany }) => batch(writeMany),
  "batch remove": ({ removeMany }) => batch(removeMany),
  clear: ({ clear }) => yesOrNo(clear),
  "lists keys": ({ keys = false }) => yesOrNo(keys),
  leases: ({ lease = false }) => yesOrNo(lease),
  "tells of changes": ({ watch = false }) => yesOrNo(watch),
  "longest key": ({ maxKeyBytes }) => size(maxKeyBytes),
  "largest value": ({ maxValueBytes }) => size(maxValueBytes),
};

const MARKED = /(<!-- support-matrix -->\n)[\s\S]*?(<!-- \/support-matrix -->)/;

/** The README with its table replaced. Throws where the two comments that enclose it are missing. */
export async function withSupportMatrix(readme) {
  if (!MARKED.test(readme))
    throw new Error("README.md has no <!-- support-matrix --> … <!-- /support-matrix -->");
  const table = await supportMatrix();
  return readme.replace(MARKED, (_, open, close) => `${open}\n${table}\n\n${close}`);
}

async function supportMatrix() {
  await checkComplete();
  const rows = await Promise.all(Object.keys(ADAPTERS).map(row));
  return [
    `| adapter | ${Object.keys(COLUMNS).join(" | ")} |`,
    `| --- ${"| --- ".repeat(Object.keys(COLUMNS).length)}|`,
    ...rows,
  ].join("\n");
}

async function checkComplete() {
  const known = [...Object.keys(ADAPTERS), ...OTHER_PACKAGES];
  const names = (await workspacePackages()).map(({ folder }) => folder);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`say in tools/support-matrix.mjs what ${unknown.join(", ")} is`);
}

async function row(name) {
  const folder = await mkdtemp(join(tmpdir(), "hitbox-matrix-"));
  const backend = ADAPTERS[name](await import(`@hitbox/${name}`), folder);
  const cells = Object.values(COLUMNS).map((cell) => cell(backend.supports));
  await backend.close?.();
  await rm(folder, { recursive: true });
  return `| [\`@hitbox/${name}\`](packages/backends/${name}/README.md) | ${cells.join(" | ")} |`;
}

function yesOrNo(value) {
  return value ? "yes" : "no";
}

function batch(limit) {
  return limit === false ? "no" : limit.max.toLocaleString("en");
}

function size(bytes) {
  if (bytes === undefined) return "no limit";
  const mib = bytes / 2 ** 20;
  return mib >= 1 ? `${Math.floor(mib).toLocaleString("en")} MiB` : `${bytes.toLocaleString("en")} bytes`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(ROOT, "README.md");
  await writeFile(path, await withSupportMatrix(await readFile(path, "utf8")));
}
