import ts from "typescript-5.9";
import { declarationFile, targetOf } from "./declaration-file.mjs";

/**
 * The declarations that an entry point exports, and those that they use, as `{ exported, used }`, each a list
 * of `{ name, path, nodes }` by name.
 */
export function publicDeclarations(entry, files = new Map()) {
  const file = (path) => {
    if (!files.has(path)) files.set(path, declarationFile(path));
    return files.get(path);
  };
  const exported = [...file(entry).exported].map(([name, local]) => ({
    ...found(entry, local, file),
    as: name,
  }));
  const known = new Set(exported.map(idOf));
  const used = [];
  for (const queue = [...exported]; queue.length > 0; ) {
    const added = referencesOf(queue.pop(), file).filter((one) => !known.has(idOf(one)));
    for (const one of added)
      if (!known.has(idOf(one))) known.add(idOf(one)) && used.push(one) && queue.push(one);
  }
  const byName = (a, b) => ((a.as ?? a.name) < (b.as ?? b.name) ? -1 : 1);
  return { exported: exported.toSorted(byName), used: used.toSorted(byName) };
}

const idOf = ({ path, name, as }) => `${path ?? as}#${name}`;

/** Follows a name to the file that declares it. */
function found(path, name, file) {
  const { own, from, exported } = file(path);
  const nodes = own.get(name);
  if (nodes !== undefined) return { name, path, nodes };
  const target = from.get(name);
  if (target?.path === undefined) {
    if (target !== undefined) return { ...target, nodes: [] };
    const local = exported.get(name);
    if (local === undefined || local === name) throw new Error(`${path}: no declaration of ${name}`);
    return found(path, local, file);
  }
  const { exported: theirs } = file(target.path);
  return found(target.path, theirs.get(target.name) ?? target.name, file);
}

/** The declarations of the package that a declaration names. */
function referencesOf({ path, nodes }, file) {
  if (path === undefined) return [];
  const { own, from } = file(path);
  const names = new Set();
  const others = [];
  const visit = (node) => {
    if (ts.isImportTypeNode(node)) {
      const target = targetOf(path, node.argument.literal.text);
      if (target !== undefined && node.qualifier !== undefined)
        others.push(found(target, node.qualifier.text, file));
    }
    if (ts.isIdentifier(node) && !isMemberName(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  const local = [...names].filter((name) => own.has(name) || from.get(name)?.path !== undefined);
  return [...local.map((name) => found(path, name, file)), ...others];
}

/** Whether an identifier names a member, a parameter or the like, which refers to nothing. */
function isMemberName(node) {
  const { parent } = node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return parent.name === node && !ts.isTypeQueryNode(parent);
}
