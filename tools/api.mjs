import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { reportOf, reportPath } from "./api-report/report.mjs";
import { workspacePackages } from "./checks/workspace-packages.mjs";

// `npm run api` writes api/: the public API of each package, which tools/check-packages.mjs compares. Needs a
// build.

for (const pkg of await workspacePackages()) {
  const path = reportPath(pkg);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, reportOf(pkg));
}
