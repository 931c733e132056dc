import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** The compilers that users may have: the oldest that is supported, and each major version. */
export const COMPILERS: readonly string[] = Object.freeze(["typescript-5.4", "typescript-5.9", "typescript"]);

const STRICT = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
const SETTINGS = [
  ...["--noEmit", "--target", "es2022", "--lib", "es2023,esnext.disposable", "--types", "node"],
  ...["--module", "nodenext", "--moduleResolution", "nodenext", "--ignoreConfig"],
];

/**
 * Compiles files that import the built packages, whose declarations are checked too. Answers with what the
 * compiler says: nothing, if all is well. A line that must not compile says so by `@ts-expect-error`.
 */
export function typeErrors(compiler: string, files: readonly string[]): Promise<string> {
  const settings =
    compiler === "typescript" ? SETTINGS : SETTINGS.filter((flag) => flag !== "--ignoreConfig");
  const args = [`${ROOT}/node_modules/${compiler}/bin/tsc`, ...settings, ...STRICT, ...files];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve(error === null ? stdout : `${stdout}${stderr}` || error.message);
    });
  });
}
