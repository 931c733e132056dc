import { groupBy } from "./group-by.mjs";

/**
 * What `found` has beyond `allowed`, a sentence each. Both are by check; findings are `{ path, line?, problem
 * }`, and allowances a number of problems by path. An allowance for a path without problems is a problem too:
 * it has to go.
 */
export function excesses(found, allowed) {
  return Object.entries(found).flatMap(([check, findings]) => {
    const byPath = groupBy(findings, ({ path }) => path);
    const allowances = allowed[check] ?? {};
    const over = [...byPath].filter(([path, problems]) => problems.length > (allowances[path] ?? 0));
    const unused = Object.keys(allowances).filter((path) => !byPath.has(path));
    return [
      ...over.flatMap(([path, problems]) => sentences(check, problems, allowances[path] ?? 0)),
      ...(unused.length > 0 ? [unneeded(check, unused)] : []),
    ];
  });
}

function sentences(check, problems, allowance) {
  const note = allowance > 0 ? `${check}; ${problems.length} problems, ${allowance} are allowed` : check;
  return problems.map(({ path, line, problem }) => `${path}${line ? `:${line}` : ""}: ${problem} (${note})`);
}

function unneeded(check, paths) {
  const which = `${paths[0]}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""}`;
  return `${which}: allowed, and without a problem; run node tools/check-sources.mjs --prune (${check})`;
}

/** The allowances that are still needed; none is raised, and none is new. */
export function pruned(found, allowed) {
  return Object.fromEntries(
    Object.entries(allowed).map(([check, allowances]) => {
      const count = (path) => found[check].filter((finding) => finding.path === path).length;
      const lowered = Object.entries(allowances).map(([path, number]) => [
        path,
        Math.min(number, count(path)),
      ]);
      return [check, Object.fromEntries(lowered.filter(([, number]) => number > 0))];
    }),
  );
}
