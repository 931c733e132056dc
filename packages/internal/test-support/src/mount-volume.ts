import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { onTestFinished } from "vitest";

/**
 * Mounts a file system in memory, of that many MiB, at a path that nothing is at, until the test ends.
 * Answers false without the right to mount one.
 */
export function mountVolume(path: string, mib: number): boolean {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    return false;
  }
  // A store that is still open keeps it until it is closed.
  onTestFinished(() => void execFileSync("umount", ["--lazy", path]));
  return true;
}
