const SEPARATORS =
  ": :: a:b a::b a:b: :a:b a%3Ab a%3ab % %% %25 %00 a%20b a&b a=b & = + a+b | ; , . .. -- ~ ~a @ ! #a";
const PATHS = "/ a/b a//b ../a ./a a\\b \\ C:";
const PATTERNS = "* a* ? a? [ [a] [^a] {a} } ^ $ $a ( )";
const QUOTES = "' \" ` <a> a'b";
const LETTERS = "a A ss ß i I ı İ \u00e9 e\u0301 \u00c9 日本語 🚀 👩‍🚀 👩 \uffff \u{10ffff}";
const WORDS =
  "0 00 -0 1 1.0 1e0 true null undefined NaN __proto__ constructor toString hasOwnProperty length";
const SPACES: readonly string[] = [
  " ",
  "  ",
  " a",
  "a ",
  "a b",
  "\t",
  "\n",
  "a\n",
  "a\r\nb",
  "\u00a0",
  "\u2028",
];
const INVISIBLE: readonly string[] = [
  "\0",
  "a\0",
  "a\0b",
  "a\0c",
  "\u0001",
  "\u007f",
  "\u200b",
  "\ufeff",
  "\ufeffa",
];

/** Each one differs from all the others, and some store or other takes two of them for one. */
export const AWKWARD_KEYS: readonly string[] = [
  ...[SEPARATORS, PATHS, PATTERNS, QUOTES, LETTERS, WORDS].flatMap((keys) => keys.split(" ")),
  ...SPACES,
  ...INVISIBLE,
  "a".repeat(200),
  `${"a".repeat(199)}b`,
];
