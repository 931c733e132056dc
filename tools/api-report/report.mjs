import { join, relative } from "node:path";
import ts from "typescript-5.9";
import { ROOT } from "../pnpm.mjs";
import { publicDeclarations } from "./public-declarations.mjs";

const NOTE = "Written by `npm run api`, from the built types. A change here is a change for users.\n";
const printer = ts.createPrinter({ removeComments: true });

/** Path of a package's report. */
export const reportPath = ({ folder }) => join(ROOT, "api", `${folder}.md`);

/** Text of a package's report: every declaration that it exports, and those that these use. */
export function reportOf({ name, directory, manifest }) {
  const files = new Map();
  const parts = Object.entries(manifest.exports).flatMap(([subpath, { types }]) =>
    types === undefined ? [] : [entryReport(join(name, subpath), join(directory, types), directory, files)],
  );
  return [`# API of ${name}\n`, NOTE, ...parts].join("\n");
}

function entryReport(name, entry, directory, files) {
  const { exported, used } = publicDeclarations(entry, files);
  const uses = used.map((one) => `// ${relative(join(directory, "dist"), one.path)}\n${textOf(one)}`);
  const hidden = uses.length > 0 ? ["### Not exported, and named above", block(uses)] : [];
  return [`## ${name}`, block(exported.map(textOf)), ...hidden].join("\n\n").concat("\n");
}

const block = (texts) => `\`\`\`ts\n${texts.join("\n\n")}\n\`\`\``;

function textOf({ as, name, module, nodes }) {
  if (module !== undefined) return `export { ${name === as ? name : `${name} as ${as}`} } from "${module}";`;
  const renamed = as !== undefined && as !== name ? [`// as ${as}`] : [];
  const printed = nodes.map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()));
  return [...renamed, ...printed].join("\n").replaceAll(/\n\s*\n/g, "\n");
}
