import type { Snippet } from "./snippet.ts";

const FENCE = /^(\s*)(`{3,})(.*)$/;
// Would look like code that is tested, and not be.
const OTHER_SPELLINGS = new Set(["typescript", "js", "javascript", "mjs", "mts", "tsx"]);

/**
 * The ```ts blocks of a Markdown text. ```ts no-run is compiled only; ```ts sketch, allowed under docs/
 * alone, is a drawing and left out. There a name in brackets, that of a tab, may end the line.
 *
 * @throws Error for a block whose language is spelt otherwise, and for another word after `ts`.
 */
export function fromMarkdown(file: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { readonly fence: string; readonly info: string; readonly line: number } | undefined;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const [, indent = "", fence = "", info = ""] = FENCE.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== "") open = { fence: indent + fence, info: info.trim(), line: index + 2 };
    } else if (line.trimEnd() === open.fence) {
      const mode = modeOf(open.info, `${file}:${open.line - 1}`, file.startsWith("docs/"));
      const code = lines.slice(open.line - 1, index).join("\n");
      if (mode !== undefined) snippets.push({ file, line: open.line, code, origin: "markdown", mode });
      open = undefined;
    }
  }
  return snippets;
}

function modeOf(info: string, place: string, sketches: boolean): Snippet["mode"] | undefined {
  const words = sketches ? info.replace(/ \[[^\]]+\]$/, "") : info;
  const [language = "", mark, ...rest] = words.split(/\s+/);
  if (OTHER_SPELLINGS.has(language)) throw new Error(`${place}: write ts instead of ${language}`);
  if (language !== "ts") return undefined;
  if (rest.length === 0 && mark === undefined) return "run";
  if (rest.length === 0 && mark === "no-run") return "compile";
  if (rest.length === 0 && mark === "sketch" && sketches) return undefined;
  throw new Error(`${place}: a ts block is unmarked or "no-run" (under docs/ also "sketch"); got "${info}"`);
}
