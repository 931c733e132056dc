import { installed, onPath } from "./installed.mjs";

const HOW_TO_INSTALL = `The long tests need a real Prometheus, with promtool beside it. Install one:
  Debian, Ubuntu:  sudo apt-get install prometheus
  macOS:           brew install prometheus
or set PROMETHEUS to the path of the program.`;

/**
 * A Prometheus that can be run: the program named by PROMETHEUS, else from PATH, else installed with apt-get
 * (as root on Debian or Ubuntu). Resolves with `{ path, source }`, where `source` says which.
 */
export async function prometheus() {
  if (process.env.PROMETHEUS) return { path: process.env.PROMETHEUS, source: "PROMETHEUS" };
  const path = await onPath("prometheus");
  if (path !== undefined) return { path, source: path };
  try {
    return { path: await installed("prometheus", "prometheus"), source: "apt-get" };
  } catch (error) {
    throw new Error(`${HOW_TO_INSTALL}\nTried:\n  PATH: there is none\n  apt-get: ${error.message.trim()}`);
  }
}
