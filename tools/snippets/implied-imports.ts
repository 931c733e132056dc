/**
 * The names that each package exports, a type as `type Name`; the packages in the order in which they are
 * searched.
 */
export type PackageExports = readonly (readonly [name: string, exports: readonly string[]])[];

const COMMENTS_AND_STRINGS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const DECLARED =
  /\b(?:const|let|function|class|interface|type)\s+([A-Za-z_$][\w$]*)|\bimport\s+(?:type\s+)?\{([^}]*)\}/g;
const REEXPORT = /^export (type )?\{([^}]*)\}/gm;

/**
 * The imports that an `@example`, or a block under docs/, leaves out: every name that it uses without
 * declaring or importing it, and that a package of this workspace exports. Its own package is searched first,
 * then core, memory, and the others.
 */
export function impliedImports(code: string, packages: PackageExports): string {
  const bare = code.replace(COMMENTS_AND_STRINGS, "");
  const used = new Set([...bare.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*/g)].map(([name]) => name));
  for (const name of declaredIn(bare)) used.delete(name);
  return packages
    .map(([from, exports]) => {
      const names = exports.filter((name) => used.delete(withoutType(name)));
      return names.length === 0 ? "" : `import { ${names.join(", ")} } from "${from}"; `;
    })
    .join("");
}

/** What an index.ts exports, which only re-exports by name. */
export function exportsOf(index: string): string[] {
  return [...index.matchAll(REEXPORT)].flatMap(([, type = "", names = ""]) =>
    listed(names).map((name) => type + name),
  );
}

function declaredIn(code: string): string[] {
  return [...code.matchAll(DECLARED)].flatMap(([, name, imported = ""]) =>
    name === undefined ? listed(imported).map(withoutType) : [name],
  );
}

/** The names of an import or export list, as they are known where it stands or where it is imported. */
function listed(names: string): string[] {
  return names
    .split(",")
    .map((name) => name.trim().replace(/^(type )?.*\bas\s+/, "$1"))
    .filter((name) => name !== "");
}

function withoutType(name: string): string {
  return name.replace(/^type /, "");
}
