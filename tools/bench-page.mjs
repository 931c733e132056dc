import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { benchmarksPage } from "./bench/page.mjs";
import { ROOT } from "./pnpm.mjs";

// `node tools/bench-page.mjs`: writes docs/how-it-works/benchmarks.md from the last measurements.

const results = JSON.parse(await readFile(join(ROOT, "benchmarks/results/latest.json"), "utf8"));
await writeFile(join(ROOT, "docs/how-it-works/benchmarks.md"), benchmarksPage(results));
