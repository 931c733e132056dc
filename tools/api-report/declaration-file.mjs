import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript-5.9";

/**
 * The declarations of one built `.d.ts` file: `own`, lists of nodes by local name; `from`, the names that
 * come from other files of the package, as `{ path, name }`; `exported`, the local name of each export.
 */
export function declarationFile(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const file = { source, own: new Map(), from: new Map(), exported: new Map() };
  for (const statement of source.statements) read(statement, file, path);
  return file;
}

function read(statement, file, path) {
  if (ts.isImportDeclaration(statement)) return readImport(statement, file, path);
  if (ts.isExportDeclaration(statement)) return readExport(statement, file, path);
  for (const name of namesOf(statement)) {
    file.own.set(name, [...(file.own.get(name) ?? []), statement]);
    if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
      file.exported.set(name, name);
  }
}

function readImport({ importClause, moduleSpecifier }, file, path) {
  const target = targetOf(path, moduleSpecifier.text);
  const bindings = importClause?.namedBindings;
  if (target === undefined || bindings === undefined) return;
  if (!ts.isNamedImports(bindings)) throw new Error(`${path}: the report knows no import of a whole file`);
  for (const { name, propertyName } of bindings.elements)
    file.from.set(name.text, { path: target, name: (propertyName ?? name).text });
}

function readExport({ exportClause, moduleSpecifier }, file, path) {
  if (exportClause === undefined) throw new Error(`${path}: the report knows no export of a whole file`);
  for (const { name, propertyName } of exportClause.elements) {
    const local = (propertyName ?? name).text;
    const target = moduleSpecifier && targetOf(path, moduleSpecifier.text);
    // A name of its own: the file may have a local one like it.
    const key = moduleSpecifier ? `export ${name.text}` : local;
    if (moduleSpecifier)
      file.from.set(
        key,
        target ? { path: target, name: local } : { module: moduleSpecifier.text, name: local },
      );
    file.exported.set(name.text, key);
  }
}

function namesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.text);
  return statement.name === undefined ? [] : [statement.name.text];
}

/** Path of the declarations of a file of the same package; undefined for another package. */
export function targetOf(path, specifier) {
  if (!specifier.startsWith(".")) return undefined;
  return join(dirname(path), specifier.replace(/\.[jt]s$/, ".d.ts"));
}
