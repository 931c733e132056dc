import { spawn } from "node:child_process";

/** Milliseconds that one command may take. */
const TIMEOUT = 600_000;

/**
 * Runs a command, and resolves with its output (stdout, then stderr). Rejects with the output if the command
 * fails or takes longer than ten minutes.
 */
export function run(command, args, { cwd, environment = {} }) {
  const env = { ...process.env, ...QUIET, ...environment };
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: TIMEOUT });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (chunk) => {
      output[name] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output.stdout + output.stderr);
      const text = `${output.stdout}${output.stderr}`.slice(-4_000);
      reject(new Error(`${command} ${args.join(" ")} ended with ${code ?? signal}:\n${text}`));
    });
  });
}

/** Whatever runs here reports to nobody, and does not take itself for a part of an outer run of npm. */
const QUIET = {
  CI: "1",
  NODE_ENV: undefined,
  NODE_OPTIONS: undefined,
  // `npm run` hands down what .npmrc of this repository says.
  npm_config_engine_strict: undefined,
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
  DO_NOT_TRACK: "1",
  YARN_ENABLE_TELEMETRY: "0",
};
