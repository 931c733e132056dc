import { readFile } from "node:fs/promises";

/** Made by the build, beside the code of the package. */
const FILE: URL = new URL("../dist/page.js", import.meta.url);

let script: Promise<Uint8Array> | undefined;

/** The script of the page, read once. Rejects if the file is not beside the package. */
export function pageScript(): Promise<Uint8Array> {
  script ??= readFile(FILE).catch((cause) => {
    script = undefined;
    throw new Error(
      "dist/page.js of @hitbox/dashboard is missing: build it, or leave it out of your bundle",
      {
        cause,
      },
    );
  });
  return script;
}
