import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export interface FolderOptions {
  /** Where the folder is made. Default: the system's place for temporary files. */
  readonly within?: string;
  /** End of each path, such as ".db". Default: none. */
  readonly suffix?: string;
}

/**
 * A folder for the tests of a file, which goes when they have run. Gives paths in it that nothing is at. Call
 * it in the test file itself: a hook of a module runs for the first file alone that imports it.
 *
 * @example
 * const freshPath = useFolder();
 */
export function useFolder({ within = tmpdir(), suffix = "" }: FolderOptions = {}): () => string {
  const folder = mkdtempSync(join(within, "hitbox-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return () => {
    count += 1;
    return join(folder, `store-${count}${suffix}`);
  };
}
