import { filesUnder } from "./files-under.mjs";

const FORBIDDEN = {
  "a suppressed type error": /@ts-(?:ignore|nocheck|expect-error)/,
  "a suppressed `any`": /biome-ignore[^\n]*noExplicitAny/,
  "a default export": /^export default\b/m,
  "a cast to any": /\bas any\b/,
};

/** What no published source may hold, whatever the linter is told. */
export async function sources({ directory }) {
  const files = await filesUnder(directory, "src", ".ts");
  if (!files.some(({ path }) => path === "src/index.ts")) return ["src/index.ts is missing"];
  return files.flatMap(({ path, text }) =>
    Object.entries(FORBIDDEN)
      .filter(([, pattern]) => pattern.test(text))
      .map(([what]) => `${path} has ${what}`),
  );
}
