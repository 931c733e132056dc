import { filesUnder } from "./files-under.mjs";

const COMMENTS_AND_STRINGS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
// The type, not a property or a parameter of that name.
const ANY = /(?<![.\w$])any(?![\w$]|\??\s*:)/;

/** No `any` in what users' code is checked against, inferred ones included. */
export async function declarations({ directory }) {
  const files = await filesUnder(directory, "dist", ".d.ts");
  if (files.length === 0) return ["dist is missing: build first"];
  return files
    .filter(({ text }) => ANY.test(text.replace(COMMENTS_AND_STRINGS, "")))
    .map(({ path }) => `${path} has the type any`);
}
