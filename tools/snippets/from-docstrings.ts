import type { Snippet } from "./snippet.ts";

const DOCSTRING = /\/\*\*[\s\S]*?\*\//g;

/**
 * The `@example` blocks of a source: each runs from its tag to the next tag or to the end of the comment.
 *
 * @throws Error for code or a title on the line of the tag.
 */
export function fromDocstrings(file: string, text: string): Snippet[] {
  return [...text.matchAll(DOCSTRING)].flatMap((comment) => {
    const first = text.slice(0, comment.index).split("\n").length;
    return examplesOf(file, comment[0].split("\n").map(withoutStar)).map(
      ({ start, code }): Snippet => ({ file, line: first + start, code, origin: "docstring", mode: "run" }),
    );
  });
}

function withoutStar(line: string): string {
  return line.replace(/^\s*(?:\/\*\*|\*\/|\* ?)/, "").replace(/\s*\*\/$/, "");
}

function examplesOf(file: string, lines: readonly string[]): { start: number; code: string }[] {
  const tags = lines.flatMap((line, index) => (/^\s*@\w/.test(line) ? [index] : []));
  return tags
    .filter((tag) => isExample(file, lines[tag] ?? ""))
    .map((tag) => {
      const end = tags.find((other) => other > tag) ?? lines.length;
      const code = lines.slice(tag + 1, end).map((line) => (line.startsWith("```") ? "" : line));
      return { start: tag + 1, code: code.join("\n").trimEnd() };
    });
}

function isExample(file: string, tag: string): boolean {
  const [, rest] = /^\s*@example\b(.*)$/.exec(tag) ?? [];
  if (rest !== undefined && rest.trim() !== "")
    throw new Error(`${file}: the code of an @example begins on the line after it; got "${tag}"`);
  return rest !== undefined;
}
