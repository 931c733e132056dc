import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["packages", "examples", "benchmarks", "tools"];

/** The test files that play random cases: those that use `assertProperty`. Paths start at the root. */
export const randomSuites = () => filesWith("assertProperty(");

/** The quick test files that leave rows of a table to the long tests: those that use `quickly`. */
export const shortenedSuites = () => [...filesWith("quickly("), ...filesWith("hostileInputs(")];

/** Packages whose tests need no process of their own, nor modules that no other test has used. */
const SHARING = /^packages\/(?:core|composition|cache|wrappers|kits\/conformance)\//;
/** In such a package, a test that changes or measures its process, or fakes timers. */
const APART = /useFakeTimers|stubEnv|process\.(?:env|on|memoryUsage)|spyOn\(process|support\/unheard/;

/** The quick test files that may share a process and its modules, whose loading is most of their time. */
export const sharingSuites = () =>
  FOLDERS.flatMap(testFilesIn)
    .filter((path) => SHARING.test(path) && !path.endsWith(".long.test.ts"))
    .filter((path) => !APART.test(readFileSync(join(ROOT, path), "utf8")));

/**
 * Long suites of outages, heartbeats and stale values: nearly all of the time they wait. The fuzzers, of low
 * priority, use what they leave.
 */
const WAITING = [
  ".*/fuzz",
  "cache/test/fleet",
  "backends/redis/test/outages/",
  "backends/redis/test/coherence/(?!fleet|first-tiers)",
  "backends/redis/test/(cluster-outage|proxies|reconnects)",
].map((path) => new RegExp(`^packages/${path}`));

/** These run beside many of their kind, and beside none that keeps a processor busy and makes them late. */
export const waitingSuites = () =>
  testFilesIn("packages")
    .filter((path) => path.endsWith(".long.test.ts"))
    .filter((path) => WAITING.some((pattern) => pattern.test(path)));

function filesWith(text) {
  return FOLDERS.flatMap(testFilesIn).filter((path) => readFileSync(join(ROOT, path), "utf8").includes(text));
}

function testFilesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : testFilesIn(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const SKIPPED = new Set(["node_modules", "dist", "src", "internal"]);
