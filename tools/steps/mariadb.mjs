import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a real MariaDB. Install one:
  Debian, Ubuntu:  sudo apt-get install mariadb-server
  Fedora:          sudo dnf install mariadb-server
  macOS:           brew install mariadb
or set MARIADB to the path of the program mariadbd.`;

/** A MariaDB that can be run, as `{ path, source }`. */
export function mariadb() {
  return program({
    variable: "MARIADB",
    names: ["mariadbd"],
    debian: "mariadb-server",
    howToInstall: HOW_TO_INSTALL,
    // Debian puts it where only root looks for programs.
    folders: () => [process.env.MARIADB_FOLDER ?? "/usr/sbin"],
  });
}
