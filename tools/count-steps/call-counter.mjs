import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** Bundles of this repository's packages. */
const OURS = /\/packages\/(?!internal\/).+\/dist\/.+\.js$/;

/** Counts the calls of this repository's functions: V8 counts them exactly, in optimized code too. */
export class CallCounter {
  #session = new Session();

  async start() {
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  }

  /** Counts all that `work` does until it has settled: `{ calls, functions, files }`. */
  async during(work) {
    await this.#take();
    await work();
    return counted(await this.#take());
  }

  /** The counts since this was last called. */
  async #take() {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    return result.filter(({ url }) => OURS.test(url));
  }
}

function counted(scripts) {
  const called = scripts.flatMap(({ url, functions }) =>
    calledOf(functions).map(({ count, startOffset }) => ({ count, file: sourceOf(url, startOffset) })),
  );
  return {
    calls: called.reduce((sum, { count }) => sum + count, 0),
    functions: called.length,
    files: new Set(called.map(({ file }) => file)).size,
  };
}

/** The functions that were called, as `{ count, startOffset }`. The whole module is not a function. */
function calledOf(functions) {
  return functions
    .filter(({ functionName, ranges: [whole] }) => functionName !== "" || whole.startOffset > 0)
    .map(({ ranges: [whole] }) => whole)
    .filter(({ count }) => count > 0);
}

/** The source file of a place in a bundle, in which a line such as `// src/engine.ts` begins each. */
function sourceOf(url, offset) {
  if (!sourcesOf.has(url)) sourcesOf.set(url, sourcesIn(readFileSync(new URL(url), "utf8")));
  const source = sourcesOf.get(url).findLast(({ start }) => start <= offset);
  if (source === undefined) throw new Error(`${url} does not name its sources`);
  return `${url} ${source.name}`;
}

const sourcesOf = new Map();

function sourcesIn(bundle) {
  return [...bundle.matchAll(/^\/\/ (src\/.+\.ts)$/gm)].map(({ index, 1: name }) => ({ start: index, name }));
}
