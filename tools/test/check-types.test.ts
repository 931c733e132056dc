import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { types } from "../checks/types.mjs";

/** A tarball with a package of one module. */
async function packed(manifest: object, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hitbox-types-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "package"));
  const all = { ...files, "package.json": JSON.stringify(manifest) };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, "package", name), text);
  const tarball = join(folder, "package.tgz");
  await promisify(execFile)("tar", ["-czf", tarball, "-C", folder, "package"]);
  return tarball;
}

test("types of another module system, and types that are missing, are found", async () => {
  const manifest = { name: "some", version: "1.0.0", type: "module", license: "MIT" };
  const masquerading = {
    ...manifest,
    exports: { ".": { types: "./index.d.cts", default: "./index.js" } },
  };
  const files = { "index.js": "export const a = 1;", "index.d.cts": "export declare const a: number;" };
  const found = await types({ tarball: await packed(masquerading, files), manifest: masquerading });
  expect(found).toContainEqual(expect.stringMatching(/^attw: .*"FalseCJS"/));

  const untyped = { ...manifest, exports: { ".": "./index.js" } };
  const none = await types({ tarball: await packed(untyped, { "index.js": "" }), manifest: untyped });
  expect(none).toContain("attw: it has no types");
});
