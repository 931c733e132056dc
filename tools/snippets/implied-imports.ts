/** The names that each package exports, the packages in the order in which they are searched. */
export type PackageExports = readonly (readonly [name: string, exports: readonly string[]])[];

const COMMENTS_AND_STRINGS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const DECLARED = /\b(?:const|let|function|class)\s+([A-Za-z_$][\w$]*)|\bimport\s+(?:type\s+)?\{([^}]*)\}/g;

/**
 * The imports that an `@example` leaves out: every name that it uses without declaring or importing it, and that a
 * package of this workspace exports. Its own package is searched first, then core, memory, and the others.
 */
export function impliedImports(code: string, packages: PackageExports): string {
  const bare = code.replace(COMMENTS_AND_STRINGS, "");
  const used = new Set([...bare.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*/g)].map(([name]) => name));
  for (const name of declaredIn(bare)) used.delete(name);
  return packages
    .map(([from, exports]) => {
      const names = exports.filter((name) => used.delete(name));
      return names.length === 0 ? "" : `import { ${names.join(", ")} } from "${from}"; `;
    })
    .join("");
}

function declaredIn(code: string): string[] {
  return [...code.matchAll(DECLARED)].flatMap(([, name, imported = ""]) =>
    name === undefined
      ? imported.split(",").map((part) => part.replace(/.*\bas\b|\btype\b/g, "").trim())
      : [name],
  );
}
