import ts from "typescript-5.9";

/**
 * The option bags of a package, by the text of its report: each parameter of an exported function, or of a
 * method of an exported type, that takes options, and each option that is an object itself. By their paths,
 * such as `redis`, `redis.coherence` and `Cache.getOrSet`, with the names of their options; undefined for the
 * options of another library. `core` is the report of the package whose types others extend.
 */
export function optionBags(report, core = report) {
  const bags = new Map();
  const shared = core === report ? [] : entriesOf(core).flatMap((entry) => [...typesOf(entry)]);
  for (const entry of entriesOf(report)) {
    const types = new Map([...shared, ...typesOf(entry)]);
    for (const [name, { parameters }] of callables(entry.statements))
      for (const { type } of parameters) if (type !== undefined && isBag(type, types)) add(name, type, types);
  }
  return bags;

  function add(path, type, types) {
    const members = membersOf(type, types);
    if (bags.has(path)) return;
    bags.set(path, members && [...members.keys()]);
    for (const [name, member] of members ?? [])
      if (isNested(member, types)) add(`${path}.${name}`, member, types);
  }
}

/** The declarations of each entry point. */
function entriesOf(report) {
  const texts = report.matchAll(/## @?[\w/-]+\n\n```ts\n([\s\S]*?)(?=\n## [@\w]|$)/g);
  return [...texts].map(([, text]) =>
    ts.createSourceFile("report.ts", text.replaceAll(/^(```|###).*$/gm, ""), ts.ScriptTarget.Latest, true),
  );
}

const typesOf = ({ statements }) => new Map(statements.filter(isType).map((type) => [type.name.text, type]));

const isType = (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** Functions by name, and methods as `Cache.get`. */
function callables(statements) {
  return statements.flatMap((node) => {
    if (ts.isFunctionDeclaration(node)) return [[node.name.text, node]];
    if (!ts.isInterfaceDeclaration(node)) return [];
    const methods = node.members.filter(ts.isMethodSignature);
    return methods.map((method) => [`${node.name.text}.${method.name.getText()}`, method]);
  });
}

/** A parameter takes options if its type is named so. */
function isBag(type, types) {
  return references(type).some((name) => isNamedSo(name) && !isForeign(name, types));
}

const isNamedSo = (name) => /(Options|Credentials)$/.test(name);
const isForeign = (name, types) => !types.has(name);

/** An option is a bag if its type is an object of data, or the options of a library. */
function isNested(type, types) {
  if (literals(type).length > 0) return true;
  return references(type).some((name) => {
    if (isForeign(name, types)) return isNamedSo(name);
    const declared = types.get(name);
    if (ts.isTypeAliasDeclaration(declared)) return isNamedSo(name) || isNested(declared.type, types);
    return declared.members.every(ts.isPropertySignature);
  });
}

/** Types by the names of members; undefined for those of a library. */
function membersOf(type, types) {
  const members = new Map();
  const all = (nodes) => {
    for (const node of nodes) if (ts.isPropertySignature(node)) members.set(node.name.getText(), node.type);
  };
  for (const { members: nodes } of literals(type)) all(nodes);
  for (const name of references(type)) {
    const declared = types.get(name);
    if (declared === undefined) continue;
    if (ts.isTypeAliasDeclaration(declared)) {
      for (const [key, value] of membersOf(declared.type, types) ?? []) members.set(key, value);
      continue;
    }
    for (const { types: parents } of declared.heritageClauses ?? [])
      for (const parent of parents)
        for (const [key, value] of inherited(parent, types)) members.set(key, value);
    all(declared.members);
  }
  return members.size > 0 ? members : undefined;
}

/** The members of a parent, which may be `Omit<Parent, "name">`. */
function inherited(parent, types) {
  const name = parent.expression.getText();
  if (name !== "Omit") return membersOf(parentType(parent), types) ?? [];
  const [from, left] = parent.typeArguments;
  const omitted = left.getText();
  return [...(membersOf(from, types) ?? [])].filter(([key]) => !omitted.includes(`"${key}"`));
}

const parentType = (parent) => ({ parentName: parent.expression.getText() });

/** Names of types in a union, an intersection or a list. */
function references(type) {
  if (type.parentName !== undefined) return [type.parentName];
  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    return WRAPPING.has(name) ? (type.typeArguments ?? []).flatMap(references) : [name];
  }
  return partsOf(type).flatMap(references);
}

const WRAPPING = new Set(["Partial", "Readonly", "Record", "NonNullable"]);

/** Object types that are written in place. */
function literals(type) {
  if (type.parentName !== undefined) return [];
  if (ts.isTypeLiteralNode(type)) return [type];
  if (ts.isTypeReferenceNode(type))
    return WRAPPING.has(type.typeName.getText()) ? (type.typeArguments ?? []).flatMap(literals) : [];
  return partsOf(type).flatMap(literals);
}

function partsOf(type) {
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return type.types;
  if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) return [type.type];
  if (ts.isArrayTypeNode(type)) return [type.elementType];
  return [];
}
