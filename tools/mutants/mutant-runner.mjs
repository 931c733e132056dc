import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ROOT } from "../pnpm.mjs";

const PROGRAM = fileURLToPath(new URL("runner.mjs", import.meta.url));
/** How much longer than the sources as they are a mutant may take, and the least time that it has. */
const PATIENCE = 5;
const LEAST_MS = 60_000;

/** Runs tests over one mutant after the other, in a process that is replaced if a mutant hangs in it. */
export class MutantRunner {
  #groups;
  #child;
  #limit = 10 * LEAST_MS;

  constructor(groups) {
    this.#groups = groups;
  }

  /** Runs the tests over the sources as they are. Resolves with the test that fails, if any. */
  async start() {
    const begun = performance.now();
    const failure = await this.#fresh();
    this.#limit = Math.max(LEAST_MS, PATIENCE * (performance.now() - begun));
    return failure;
  }

  /** The test that notices the mutant, `{ file, test }`; undefined if none does. */
  async run({ file, apply }) {
    if (this.#child === undefined) await this.#fresh();
    return this.#ask({ file, code: apply() });
  }

  end() {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }

  async #fresh() {
    // A group of its own: the workers and servers of tests end with it.
    this.#child = fork(PROGRAM, { cwd: ROOT, detached: true, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    return this.#ask({ groups: this.#groups });
  }

  #ask(message) {
    const child = this.#child;
    return new Promise((resolve) => {
      const settle = (caughtBy) => {
        clearTimeout(timer);
        child.off("message", hear);
        child.off("exit", lose);
        resolve(caughtBy);
      };
      const hear = ({ caughtBy }) => settle(caughtBy);
      const lose = () => {
        this.end();
        settle({ file: "any", test: "the process ends" });
      };
      const timer = setTimeout(() => {
        this.end();
        settle({ file: "any", test: "a test hangs" });
      }, this.#limit);
      child.on("message", hear);
      child.on("exit", lose);
      child.send(message);
    });
  }
}
