import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";

/**
 * Every text file that is the repository's own, new ones included: `{ path, text }`, `path` from the root on.
 */
export function sourceFiles() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const paths = listed.split("\0").filter((path) => /\.(?:ts|mjs|md)$/.test(path));
  return [...new Set(paths)].sort().flatMap(read);
}

/** A file that git still lists may have been deleted. */
function read(path) {
  try {
    return [{ path, text: readFileSync(join(ROOT, path), "utf8") }];
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}
