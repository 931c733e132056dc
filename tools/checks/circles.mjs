import { posix } from "node:path";

const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const RELATIVE = /(?:\bfrom|\bimport|\bimport\()\s*["'](\.{1,2}\/[^"']+)["']/g;

/** No file imports itself through others, types included: a reader can begin at any file and end. */
export function circles(files) {
  const imports = new Map(files.filter(({ path }) => /\/src\/.*\.ts$/.test(path)).map(withImports));
  const groups = circlesOf(imports);
  return groups.flatMap((group) =>
    group.map((path) => ({ path, problem: `imports itself, through ${wayRound(path, group, imports)}` })),
  );
}

function withImports({ path, text }) {
  const found = [...text.replace(COMMENTS, "").matchAll(RELATIVE)];
  return [path, found.map(([, target]) => posix.join(posix.dirname(path), target))];
}

/** Groups of files each of which reaches all others of its group. */
function circlesOf(imports) {
  const reached = new Map([...imports.keys()].map((path) => [path, reachableFrom(path, imports)]));
  const groups = new Map();
  for (const [path, others] of reached) {
    if (!others.has(path)) continue;
    const group = [...others].filter((other) => reached.get(other)?.has(path)).sort();
    groups.set(group[0], group);
  }
  return [...groups.values()];
}

function reachableFrom(start, imports) {
  const reached = new Set();
  const left = [...(imports.get(start) ?? [])];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    left.push(...(imports.get(path) ?? []));
  }
  return reached;
}

function wayRound(path, group, imports) {
  const next = (imports.get(path) ?? []).filter((target) => group.includes(target));
  return next.map((target) => posix.relative(posix.dirname(path), target)).join(" or ");
}
