import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The long tests need a real Prometheus, with promtool beside it. Install one:
  Debian, Ubuntu:  sudo apt-get install prometheus
  macOS:           brew install prometheus
or set PROMETHEUS to the path of the program.`;

/** A Prometheus that can be run, as `{ path, source }`. */
export function prometheus() {
  return program({
    variable: "PROMETHEUS",
    names: ["prometheus"],
    debian: "prometheus",
    howToInstall: HOW_TO_INSTALL,
  });
}
