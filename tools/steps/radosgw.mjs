import { access, constants } from "node:fs/promises";
import { dirname, join } from "node:path";
import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a real server of S3: Ceph's gateway and cluster. Install them:
  Debian, Ubuntu:  sudo apt-get install radosgw ceph-mon ceph-osd
  Fedora:          sudo dnf install ceph-radosgw ceph-mon ceph-osd
or set RADOSGW to the path of the program radosgw, which has ceph-mon and ceph-osd beside it.`;

/** A gateway of Ceph that can be run, as `{ path, source }`. */
export function radosgw() {
  return program({
    variable: "RADOSGW",
    names: ["radosgw"],
    debian: ["radosgw", "ceph-mon", "ceph-osd"],
    howToInstall: HOW_TO_INSTALL,
    isRunnable: hasCluster,
  });
}

/** Rejects for a gateway that is installed without the programs of a cluster. */
async function hasCluster(path) {
  for (const name of ["ceph-mon", "ceph-osd"]) await access(join(dirname(path), name), constants.X_OK);
}
