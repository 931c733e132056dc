/** C0, C1, separators of lines, and marks that turn the direction of text: a terminal would obey them. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text of a store for a terminal: characters that a terminal would obey are shown as escapes. */
export function safeText(text: string): string {
  return text.replace(HARMFUL, hex);
}

/** The same for text of several lines that this program has laid out. */
export function safeLines(text: string): string {
  return text.split("\n").map(safeText).join("\n");
}
