import { fileURLToPath } from "node:url";

/** The share of mutants that tests notice, by target. It only goes up. */
export const SCORES = fileURLToPath(new URL("scores.json", import.meta.url));

/** The scores of `results`, in per cent, and a sentence for each that is lower than the recorded one. */
export function checkScores(results, recorded) {
  const scores = Object.fromEntries(results.map(({ target, outcomes }) => [target, scoreOf(outcomes)]));
  const lower = Object.entries(scores).filter(([target, score]) => score < (recorded[target] ?? 0));
  return {
    scores,
    problems: lower.map(
      ([target, score]) => `${target}: tests notice ${score} % of the mutants; it was ${recorded[target]} %`,
    ),
  };
}

/** The recorded scores, and the new ones that are better. */
export function higher(recorded, scores) {
  const better = Object.entries(scores).filter(([target, score]) => score > (recorded[target] ?? 0));
  return { ...recorded, ...Object.fromEntries(better) };
}

/** Rounded down: a score that is recorded can be reached again. */
function scoreOf(outcomes) {
  const caught = outcomes.filter(({ caughtBy }) => caughtBy !== undefined).length;
  return outcomes.length === 0 ? 100 : Math.floor((1_000 * caught) / outcomes.length) / 10;
}

/** A table of each target's mutants, in Markdown: first those that no test noticed. */
export function tableOf(results) {
  return results.map(({ target, outcomes }) => section(target, outcomes)).join("\n");
}

function section(target, outcomes) {
  const sorted = [...outcomes].sort((one, other) => Number(!!one.caughtBy) - Number(!!other.caughtBy));
  const head = ["| mutant | was | becomes | caught by |", "| --- | --- | --- | --- |"];
  const rows = sorted.map(({ file, line, operator, from, to, caughtBy }) => {
    const by = caughtBy ? `${caughtBy.file} > ${caughtBy.test}` : "**no test**";
    return `| ${file}:${line} ${operator} | ${cell(from)} | ${cell(to)} | ${by.replaceAll("|", "\\|")} |`;
  });
  return [`## ${target}: ${scoreOf(outcomes)} % of ${outcomes.length}`, "", ...head, ...rows, ""].join("\n");
}

function cell(code) {
  const line = code.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("`", "'");
  return `\`${line.length > 80 ? `${line.slice(0, 79)}…` : line}\``;
}
