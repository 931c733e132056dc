import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";

/** Writes `docs/reference/support.md` from the outcomes of a rehearsal. */
export async function writeSupport(outcomes, { packages, frontPage }) {
  const kb = (bytes) => `${(bytes / 1_024).toFixed(1)} KiB`;
  const mb = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const rows = Object.entries(packages).map(
    ([name, { packed, unpacked }]) => `| \`${name}\` | ${kb(packed)} | ${kb(unpacked)} |`,
  );
  const page = `# What works where

The rehearsal, \`npm run rehearse\`, writes this page. It releases all packages to a registry on its own
machine, installs them as you would, and uses them. Yarn does not install required peers by itself: name them.

${outcomes.tableOf((kind) => kind !== "within its size")}

## Sizes

The front page installs ${frontPage.packages} packages of ${mb(frontPage.bytes)}, ioredis among them.

| | took | as a multiple of ioredis alone |
| --- | --- | --- |
| install by npm | ${(frontPage.installMs / 1_000).toFixed(1)} s | ${frontPage.ratio.install} |
| import of all of it | ${frontPage.importMs} ms | ${frontPage.ratio.import} |

| package | packed | unpacked |
| --- | --- | --- |
${rows.join("\n")}
`;
  await writeFile(join(ROOT, "docs/reference/support.md"), page);
}
