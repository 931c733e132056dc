import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The long tests need a real etcd. Install one:
  Debian, Ubuntu:  sudo apt-get install etcd-server
  macOS:           brew install etcd
or set ETCD to the path of the program.`;

/** An etcd that can be run, as `{ path, source }`. */
export function etcd() {
  return program({
    variable: "ETCD",
    names: ["etcd"],
    debian: "etcd-server",
    howToInstall: HOW_TO_INSTALL,
  });
}
