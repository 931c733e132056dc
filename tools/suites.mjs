import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["packages", "examples", "benchmarks", "tools"];

/** Every test file. Paths start at the root. */
export const testFiles = () => FOLDERS.flatMap(testFilesIn);

/** The test files that play random cases: those that use `assertProperty`. */
export const randomSuites = () => filesWith("assertProperty(");

/** The quick test files that leave rows of a table to the long tests: those that use `quickly`. */
export const shortenedSuites = () => [...filesWith("quickly("), ...filesWith("hostileInputs(")];

/** Those of them whose rows are not alike: planted faults, hostile bytes, snippets of the documents. */
export const unplayedSuites = () =>
  ["quickly(faults, 0)", "hostileInputs(", "quickly(runnable, "].flatMap(filesWith);

/** Packages whose tests need no process of their own, nor modules that no other test has used. */
const ENGINE = ["core", "composition", "cache", "wrappers"];
const SHELVES = ["codecs", "kits", "integrations", "observability", "backends"];
const ROOMS = `packages/(?:${[...ENGINE, ...SHELVES].join("|")})`;
/** @hono/node-server, of this example, puts a Request and a Response of its own into its process. */
const EXAMPLES = "examples/(?!cities-api)";
const SHARING = new RegExp(`^(?:${ROOMS}\\b|${EXAMPLES}|tools\\b)`);
/** In such a package, a test that changes or measures its process. */
const APART = new RegExp(
  [
    ...["stubEnv", "process\\.(?:env|memoryUsage)", "vi\\.mock"],
    // These count what happens in their process.
    ...["support/(?:values|dashboards)", "@hitbox/(?:recorder|prometheus|opentelemetry|dashboard)"],
  ].join("|"),
);

/** A test that counts timers, of which one may be another file's: a file that has ended may leave clients. */
const COUNTING = /getTimerCount|runAllTimers|model-run/;
const ENGINE_TEST = new RegExp(`^packages/(?:${ENGINE.join("|")})/`);
const SERVERS = /test-servers|ioredis|node:net|node:http|child_process|lmdb/;

/** The test files that may share a process and its modules, whose loading is most of their time. */
export const sharingSuites = () =>
  shareable().filter((path) => !isOfEngine(path) && !COUNTING.test(textOf(path)));

/** Those of the engine that have no server: they share processes among themselves, and may count timers. */
export const engineSuites = () => shareable().filter(isOfEngine);

const isOfEngine = (path) => ENGINE_TEST.test(path) && !SERVERS.test(textOf(path));

const shareable = () => testFiles().filter((path) => SHARING.test(path) && !APART.test(textOf(path)));

const texts = new Map();

function textOf(path) {
  const text = texts.get(path) ?? readFileSync(join(ROOT, path), "utf8");
  texts.set(path, text);
  return text;
}

/**
 * Test files to which others of their process matter: those that count its timers, and those that hear its
 * warnings and unhandled rejections. They come first in a process that files share, in this order: a file
 * that has ended may leave caches, servers and clients which have not.
 */
export const attentiveSuites = () => [
  ...new Set(
    [
      ...["model-run", "getTimerCount", "runAllTimers"],
      ...["spyOn(process", "process.on(", "support/unheard", "uncaught()"],
    ].flatMap(filesWith),
  ),
];

/** The fuzzers: each searches for as long as FUZZ_SECONDS says. */
export const FUZZERS = ["packages/**/fuzz*.long.test.ts", "packages/**/fuzz/*.long.test.ts"];

/** Long suites of outages, heartbeats and stale values: nearly all of the time they wait. */
const WAITING = [
  "cache/test/fleet",
  "backends/redis/test/outages/",
  "backends/redis/test/coherence/(?!fleet|first-tiers)",
  "backends/redis/test/(cluster-outage|proxies|reconnects)",
].map((path) => new RegExp(`\\bpackages/${path}`));

/** Test files that take more than 10 s on two cores, the slowest first. */
export const SLOW = [
  "test/fuzz/",
  "dynamodb/test/conformance",
  "redis/test/cluster-conformance",
  "(?:postgres|mysql|s3|keyv)/test/conformance",
  "tools/test/create-backend",
  "redis/test/outages/(?:coherent-)?outages",
  "redis/test/(?:libraries-conformance|coherence/first-tiers)",
  "wrappers/test/conformance.long",
  "test/fleet.long",
  "examples/.*/(?:program|conformance)",
  "redis/test/(?:outages/|cluster-outage)",
  "dynamodb/test/large-batches",
  "conformance/test/faults-beneath",
  "tools/test/snippets",
  "redis/test/coherence/bus",
  "redis/test/(?:conformance|reconnects|libraries|own-)",
  "dynamodb/test/(?:oldest-client|batches|composition.long)",
  "core/test/hostile",
  "redis/test/coherence/(?:sentinel|fleet)",
  "cli/test/(?:server-)?stores",
  "tools/test/(?:site|installed|nitro|users-types)",
  "(?:memcached|composition|lmdb|sqlite|unstorage)/test/conformance",
  "lmdb/test/growth",
  "lmdb/test/meta-pages",
  "redis/test/(?:hostile/memory|login|rights)",
].map((path) => new RegExp(path));

/** Higher for a slower test file; 0 for a file that is not slow. */
export function slownessOf(path) {
  const place = SLOW.findIndex((pattern) => pattern.test(path));
  return place < 0 ? 0 : SLOW.length - place;
}

/** The suites that wait. They run beside suites that compute, each in a process of its own. */
export const waitingSuites = () => testFilesIn("packages").filter(isWaiting);

/** `path` of a test file, from the root or whole. */
export const isWaiting = (path) =>
  path.endsWith(".long.test.ts") && WAITING.some((pattern) => pattern.test(path));

function filesWith(text) {
  return testFiles().filter((path) => textOf(path).includes(text));
}

function testFilesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : testFilesIn(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const SKIPPED = new Set(["node_modules", "dist", "src", "internal"]);
