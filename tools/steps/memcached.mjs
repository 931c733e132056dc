import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a real memcached. Install one:
  Debian, Ubuntu:  sudo apt-get install memcached
  Fedora:          sudo dnf install memcached
  macOS:           brew install memcached
or set MEMCACHED to the path of the program.`;

/** A memcached that can be run, as `{ path, source }`. */
export function memcached() {
  return program({
    variable: "MEMCACHED",
    names: ["memcached"],
    debian: "memcached",
    howToInstall: HOW_TO_INSTALL,
  });
}
