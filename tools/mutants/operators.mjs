import { parseAst } from "vitest/node";

/**
 * The mutants of a source: small changes that a test of concurrent code ought to notice. They come from the
 * shape of the code, so that they outlive a rewrite. Each is `{ operator, line, from, to, apply }`: `apply()`
 * is the whole source with the change.
 */
export function mutantsOf(source) {
  const found = [];
  const add = (operator, { start, end }, to) =>
    found.push({
      operator,
      line: source.slice(0, start).split("\n").length,
      from: source.slice(start, end),
      to,
      apply: () => source.slice(0, start) + to + source.slice(end),
    });
  const text = ({ start, end }) => source.slice(start, end);
  walk(parseAst(source, { lang: "ts" }), (node) => OPERATORS[node.type]?.(node, add, text));
  return found;
}

const INVERSE = { "===": "!==", "!==": "===", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };

const OPERATORS = {
  IfStatement({ test }, add) {
    if (test.type !== "Literal") add("guard removed", test, "false");
  },
  ConditionalExpression({ test }, add, text) {
    add("choice inverted", test, `!(${text(test)})`);
  },
  BinaryExpression(node, add, text) {
    const inverse = INVERSE[node.operator];
    if (inverse) add("check inverted", node, `${text(node.left)} ${inverse} ${text(node.right)}`);
  },
  LogicalExpression(node, add, text) {
    if (node.operator === "??") return;
    add("condition dropped", node, text(node.left));
    add("condition dropped", node, text(node.right));
  },
  UnaryExpression(node, add, text) {
    if (node.operator === "!") add("check inverted", node, text(node.argument));
  },
  AwaitExpression(node, add, text) {
    add("await removed", node, text(node.argument));
  },
  BlockStatement({ body }, add, text) {
    for (const [index, statement] of body.entries()) {
      if (!isEffect(statement)) continue;
      add("statement removed", statement, ";");
      const next = body[index + 1];
      if (next && isEffect(next) && (calls(statement) || calls(next)))
        add("order swapped", both(statement, next), `${text(next)} ${text(statement)}`);
    }
  },
};

const both = ({ start }, { end }) => ({ start, end });

const EFFECTS = new Set(["CallExpression", "AssignmentExpression", "UpdateExpression", "AwaitExpression"]);

/** A statement that does something, other than to end the function. */
function isEffect({ type, expression }) {
  if (type !== "ExpressionStatement") return false;
  const { type: kind, argument } = expression;
  return EFFECTS.has(kind === "UnaryExpression" ? argument.type : kind);
}

/** Two statements of which neither calls anything may stand in any order, as the fields of a constructor. */
function calls(statement) {
  let found = false;
  walk(statement, ({ type }) => {
    if (type === "CallExpression" || type === "NewExpression" || type === "AwaitExpression") found = true;
  });
  return found;
}

function walk(node, visit) {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === "string") walk(child, visit);
  }
}
