import { readFile } from "node:fs/promises";
import { reportOf, reportPath } from "../api-report/report.mjs";

/** The public API is the one that was reviewed. */
export async function api(pkg) {
  const reviewed = await readFile(reportPath(pkg), "utf8").catch(() => "");
  if (reviewed === reportOf(pkg)) return [];
  return [`its public API is not that of api/${pkg.folder}.md: run npm run api, and review the change`];
}
