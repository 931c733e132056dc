import { groupBy } from "./group-by.mjs";

const MOST_WHAT = 3;
const LONG = 28;
const SHORT_SHARE = 0.9;
const OPENER_SHARE = 0.03;
const OPENERS = /^(?:what|who|whether|where|of|how)\b/i;
/** Less text than this has too few sentences for shares. */
const FEWEST_WORDS = 150;
const FEWEST_CELL_WORDS = 5;

/**
 * Counts the rules of plain English that a script can count: see "Writing" in CONTRIBUTING.md. Each page in
 * Markdown counts for itself, and the comments of a package's `src/` count together.
 */
export function prose(files) {
  const units = groupBy(files, ({ path }) => unitOf(path));
  units.delete(undefined);
  return [...units].flatMap(([path, parts]) => {
    const text = parts.map(textOf).join("\n\n");
    return problemsOf(text).map((problem) => ({ path, problem }));
  });
}

/** The page itself, or the package that a comment counts for; undefined for other files. */
function unitOf(path) {
  const source = /^((?:packages|examples|benchmarks).*?\/src)\/.*\.ts$/.exec(path);
  if (source) return source[1];
  return path.endsWith(".md") && !/(?:^|\/)(?:CHANGELOG\.md|\.changeset\/)/.test(path) ? path : undefined;
}

function textOf({ path, text }) {
  return path.endsWith(".md") ? pageText(text) : commentText(text);
}

function pageText(text) {
  return text
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, "")
    .replace(/^(?:#|\s{4,}).*$/gm, "\n")
    .replace(/^\|.*$/gm, longCells)
    .replace(/^\s*(?:[-*]|\d+\.)\s+/gm, "\n\n");
}

/** The cells of a table's row that are more than a name or a number. */
function longCells(row) {
  const cells = row.split(/(?<!\\)\|/).filter((cell) => cell.trim().split(/\s+/).length >= FEWEST_CELL_WORDS);
  return `${cells.join("\n\n")}\n`;
}

function commentText(text) {
  const comments = text.match(/\/\*\*?[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+/gm) ?? [];
  return comments
    .map((comment) =>
      comment
        .replace(/^\s*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/)/gm, "")
        .replace(/\*\/$/, "")
        .replace(/@example[\s\S]*?(?=\n\s*@|$)/g, "")
        .replace(/@(?:param|returns|throws|internal|see)\b/g, "\n\n")
        .replace(/biome-ignore.*|@ts-.*/g, ""),
    )
    .join("\n\n");
}

/** The rules that a text breaks, a sentence each. */
export function problemsOf(text) {
  const sentences = sentencesOf(text);
  const words = sentences.flat();
  if (words.length < FEWEST_WORDS) return [];
  const count = (...wanted) => words.filter((word) => wanted.includes(word.toLowerCase())).length;
  const what = (1_000 * count("what")) / words.length;
  const [where, when] = [count("where"), count("if", "when")];
  const share = (holds) => sentences.filter(holds).length / sentences.length;
  const openers = share((sentence) => OPENERS.test(sentence[0]));
  const short = share((sentence) => sentence.length < LONG);
  return [
    what > MOST_WHAT && `"what" ${what.toFixed(1)} times in 1,000 words; at most ${MOST_WHAT}`,
    openers > OPENER_SHARE && `${percent(openers)} of sentences begin with What, Who, Where …; at most 3 %`,
    where > when && `"where" ${where} times, "if" and "when" ${when} times; conditions are "if" and "when"`,
    short < SHORT_SHARE && `${percent(short)} of sentences are under ${LONG} words; at least 90 %`,
  ].filter(Boolean);
}

const percent = (share) => `${(100 * share).toFixed(0)} %`;

/** The words of each sentence. */
function sentencesOf(text) {
  return (
    text
      .replace(/`[^`\n]*`/g, "code")
      // Words that are spoken of.
      .replace(/"[^"\n]*"/g, "quotation")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .split(/\n\s*\n/)
      .flatMap((paragraph) => paragraph.replace(/\s+/g, " ").split(/(?<=[.!?])\s+/))
      .map((sentence) => sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [])
      .filter((sentence) => sentence.length > 1)
  );
}
