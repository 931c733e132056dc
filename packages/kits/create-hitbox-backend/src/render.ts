import type { Names } from "./names.ts";

/** `//if batches`, `<!--if batches-->`, `#if !expiry`, and the ends of such blocks. */
const IF = /^\s*(?:\/\/|<!--|#)(if|end) ?(!?)(\w*)(?:-->)?\s*$/;

/**
 * The text of a template for a store. Lines between `//if name` and `//end` are kept if `has(name)`, or with
 * `//if !name` if not. Blocks may be within blocks. `my-store`, `MY_STORE`, `myStore` and
 * `MyStore` stand for its names.
 */
export function render(text: string, names: Names, has: (name: string) => boolean): string {
  const blocks: boolean[] = [];
  const kept = text.split("\n").filter((line) => {
    const [, word, not, name = ""] = IF.exec(line) ?? [];
    if (word === "if") blocks.push(has(name) !== (not === "!"));
    if (word === "end") blocks.pop();
    return word === undefined && blocks.every(Boolean);
  });
  const forms: Record<string, string> = {
    "my-store": names.label,
    MY_STORE: names.label.replaceAll("-", "_").toUpperCase(),
    myStore: names.camel,
    MyStore: names.pascal,
  };
  // In one pass: a name may hold a form of "my-store" itself.
  return kept.join("\n").replace(/my-store|MY_STORE|myStore|MyStore/g, (form) => forms[form] as string);
}
