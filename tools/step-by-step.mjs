import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./pnpm.mjs";
import { description, graph } from "./step-by-step/graph.mjs";
import { inAll } from "./step-by-step/numbers.mjs";
import { simulate } from "./step-by-step/simulate.mjs";
import { STEPS } from "./step-by-step/steps.mjs";

// `npm run docs:graphs` draws the graphs of docs/start/step-by-step.md, and writes its table and the
// descriptions of its images. With `--check` it only compares. It needs the built packages.

const PAGE = "docs/start/step-by-step.md";
// The site takes images from docs/images.
const IMAGES = "docs/images/steps";
const TABLE = /(<!-- steps -->)[\s\S]*?(<!-- \/steps -->)/;

const files = new Map();
const rows = [];
let page = await readFile(join(ROOT, PAGE), "utf8");
for (const [index, step] of STEPS.entries()) {
  const run = await simulate(step);
  const image = `step-${index + 1}-${step.name}.svg`;
  files.set(`${IMAGES}/${image}`, graph(`Step ${index + 1}: ${step.title}`, run));
  rows.push(row(index, step, run));
  page = withDescription(page, image, description(run));
}
if (!TABLE.test(page)) throw new Error(`${PAGE} has no place for the table`);
files.set(
  PAGE,
  page.replace(TABLE, (_, open, close) => `${open}\n\n${table()}\n\n${close}`),
);

const changed = [];
for (const [path, text] of files)
  if ((await readFile(join(ROOT, path), "utf8").catch(() => "")) !== text) changed.push(path);

if (process.argv.includes("--check")) {
  for (const path of changed) console.error(`${path} is out of date; run npm run docs:graphs`);
  process.exitCode = changed.length === 0 ? 0 : 1;
} else {
  await mkdir(join(ROOT, IMAGES), { recursive: true });
  for (const path of changed) await writeFile(join(ROOT, path), files.get(path));
  console.log(`${files.size} files, ${changed.length} changed`);
}

function row(index, { title }, run) {
  const { queries, median, slowest, slow, failed, old } = inAll(run);
  const time = (ms) => (ms === 0 ? "under 1 ms" : `${ms} ms`);
  const cells = [`${index + 1}. ${title}`, queries, time(median), time(slowest), slow, failed, old];
  return `| ${cells.join(" | ")} |`;
}

function table() {
  const head = "| step | queries | median | slowest | slow | failed | old |";
  return [head, "| --- | --- | --- | --- | --- | --- | --- |", ...rows].join("\n");
}

/** Every image of the page says in words what it shows. */
function withDescription(text, image, words) {
  const link = `../images/steps/${image}`;
  const place = new RegExp(`!\\[[^\\]]*\\]\\(${link}\\)`);
  if (!place.test(text)) throw new Error(`${PAGE} has no image ${link}`);
  return text.replace(place, `![${words}](${link})`);
}
