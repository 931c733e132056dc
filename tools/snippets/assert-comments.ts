import { Script } from "node:vm";

const LINE = /^(\s*)(\S.*);\s*\/\/\s*(\S.*)$/;
const DECLARATION = /^(?:const|let)\s+([A-Za-z_$][\w$]*)\b[^=]*=/;
const LOG = /^console\.log\((.*)\)$/;
const OTHER_STATEMENT = /^(?:const|let|var|return|throw|import|export|type|interface|function|class|[}\])])/;
const VALUE = /^(?:["'`{[]|-?\d|(?:true|false|null|undefined|NaN|-?Infinity)$|new Date\()/;

/**
 * Makes assertions of the comments that say what a line is: in `key.text; // "user:v3:id=42"`, in `const name
 * = …; // "Ada"` and in `console.log(…); // 42` the value has to equal the comment's, deeply and strictly.
 * The comment has to be a whole literal value, and the statement has to fit its line; any other comment is
 * prose. `equal` is the name of the function to call.
 */
export function assertComments(code: string, equal: string): string {
  const lines = code.split("\n");
  return lines
    .map((line, index) => (startsStatement(lines, index) ? asserted(line, equal) : line))
    .join("\n");
}

function startsStatement(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index).findLast((line) => line.trim() !== "" && !/^\s*\/\//.test(line));
  return before === undefined || /[;{}]\s*(?:\/\/.*)?$/.test(before);
}

function asserted(line: string, equal: string): string {
  const [, indent = "", statement = "", comment = ""] = LINE.exec(line) ?? [];
  if (statement === "" || !isValue(comment)) return line;
  const declared = DECLARATION.exec(statement)?.[1];
  if (declared !== undefined) return `${indent}${statement}; ${equal}(${declared}, ${comment});`;
  if (OTHER_STATEMENT.test(statement)) return line;
  return `${indent}${equal}(${LOG.exec(statement)?.[1] ?? statement}, ${comment});`;
}

function isValue(text: string): boolean {
  if (!VALUE.test(text)) return false;
  try {
    new Script(`(${text})`);
    return true;
  } catch {
    return false;
  }
}
