const BLOCK = /^---\n([\s\S]*?)\n---\n/;

/** Splits the text of a page: `{ fields, body }`. A field is one line, `name: value`. */
export function splitFrontmatter(text) {
  const [block = "", lines = ""] = BLOCK.exec(text) ?? [];
  return { lines, fields: fieldsOf(lines), body: text.slice(block.length) };
}

function fieldsOf(lines) {
  const fields = [...lines.matchAll(/^(\w+): *(.*)$/gm)];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

/** Adds a field to the frontmatter of a page. */
export function withField(text, name, value) {
  const { lines, body } = splitFrontmatter(text);
  return `---\n${lines && `${lines}\n`}${name}: ${value}\n---\n${body}`;
}

/** First heading of a page, without its marks. */
export function titleOf(text) {
  const { fields, body } = splitFrontmatter(text);
  const heading = /^# (.+)$/m.exec(body)?.[1] ?? fields.title ?? "";
  return heading.replace(/[`*]/g, "").trim();
}

/** First sentence of the first paragraph under the title, as plain text. */
export function summaryOf(text) {
  const { body } = splitFrontmatter(text);
  const paragraphs = body.replace(/^# .*$/m, "").split(/\n\s*\n/);
  const first = paragraphs.map((part) => part.trim()).find((part) => /^[\p{L}`*[]/u.test(part)) ?? "";
  const [sentence = ""] = /^[\s\S]*?[.:](?=\s|$)/.exec(first) ?? [first];
  return sentence
    .replace(/\s+/g, " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/:$/, ".");
}
