import { Session } from "node:inspector/promises";

/** Compiled sources of this repository's packages. */
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
  const files = scripts.map(({ functions }) => countsOf(functions)).filter((counts) => counts.length > 0);
  const counts = files.flat();
  return {
    calls: counts.reduce((sum, count) => sum + count, 0),
    functions: counts.length,
    files: files.length,
  };
}

/** The number of calls of each function that was called. The whole module is not a function. */
function countsOf(functions) {
  return functions
    .filter(({ functionName, ranges: [whole] }) => functionName !== "" || whole.startOffset > 0)
    .map(({ ranges: [whole] }) => whole.count)
    .filter((count) => count > 0);
}
