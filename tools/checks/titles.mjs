/** `test("title"`, `it.each(cases)("title"`: the quote and the title. */
const TITLE = /^[ \t]*(?:it|test)(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*(["'`])((?:\\.|(?!\1).)+)\1/gm;

/** Words that a sentence begins with only if its main clause follows, after a comma. */
const OPENERS = new Set(
  (
    "after also and as at before but by either even for from if in into nor not of on only or over so than that then " +
    "though to under unless until what when where which while who whose with within without"
  ).split(" "),
);
const MAIN_CLAUSE = /, (?:\S+ ){2}\S/;

const AUXILIARY =
  /\b(?:is|are|was|were|has|have|had|do|does|did|can|cannot|could|will|would|must|may|might)\b/;
/** Answers, answered: any word that may be a verb of the third person, or of the past. */
const VERB_LIKE = /\b[a-z]{2,}(?:s|ed)\b/;
const NOUN_OPENER = /^(?:an?|the|one|each|every|any|another)\b/;

/**
 * Titles of tests are sentences, alone or with the title of their group as subject: "answers", not "of a
 * batch".
 */
export function titles(files) {
  return files
    .filter(({ path }) => path.endsWith(".test.ts"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(TITLE)].flatMap((match) => {
        const problem = fragment(match[2]);
        if (problem === undefined) return [];
        const line = text.slice(0, match.index).split("\n").length;
        return [{ path, line, problem: `"${match[2]}" ${problem}` }];
      }),
    );
}

/** Says why a title is no sentence; undefined if it is one. */
export function fragment(title) {
  const words = title.split(/\s+/);
  const first = words[0].toLowerCase();
  if (OPENERS.has(first) && !MAIN_CLAUSE.test(title)) return `begins with "${first}", and has no main clause`;
  if (NOUN_OPENER.test(title) && !AUXILIARY.test(title) && !VERB_LIKE.test(title)) return "has no verb";
  return words.length < 2 ? "is one word" : undefined;
}
