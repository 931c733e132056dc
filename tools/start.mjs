// `npm start`: installs and builds what the example needs, then runs it with the arguments after `--`.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { pnpm, ROOT } from "./pnpm.mjs";

const EXAMPLE = "@hitbox-examples/cities-api";
const MAIN = join(ROOT, "examples", "cities-api", "dist", "main.js");

checkNode();
endWithNpm();
await step("install", ["install", "--frozen-lockfile"]);
await step("build", ["exec", "turbo", "run", "build", `--filter=${EXAMPLE}...`]);
process.exitCode = await run(MAIN, process.argv.slice(2));

function checkNode() {
  const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const needed = engines.node.replace(">=", "");
  if (process.versions.node.localeCompare(needed, "en", { numeric: true }) >= 0) return;
  console.error(`Node ${needed} or later is needed; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/**
 * npm runs this in a shell, which dies of npm's signals without handing them on; its death is all there is to
 * see.
 */
function endWithNpm() {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 250);
  watch.unref();
}

/** One line while all goes well, the whole output where it does not. */
async function step(name, args) {
  const start = performance.now();
  process.stdout.write(`${name} … `);
  const { status, output } = await pnpm(args, { output: "captured" });
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  if (status === 0) return console.log(`done in ${seconds} s`);
  if (status > 128) {
    console.log("interrupted");
    process.exit(status);
  }
  console.log("failed");
  console.error(`${output}\n${name} failed: pnpm ${args.join(" ")} ended with exit code ${status}.`);
  process.exit(status);
}

/**
 * Resolves with the exit code. Signals are handed on, and the program is waited for: it has a service to
 * stop.
 */
function run(main, args) {
  const child = spawn(process.execPath, [main, ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
