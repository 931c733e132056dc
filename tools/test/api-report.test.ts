import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { reportOf } from "../api-report/report.mjs";

/** The report of a package of these declarations. */
async function report(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hitbox-api-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, "dist", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const manifest = { exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" } };
  return reportOf({ name: "@hitbox/shelf", directory, manifest });
}

const OPTIONS = `/** Of a shelf. */
export interface Options { /** Where. */ readonly url: string; readonly life?: Life }
type Life = number | "forever";
type Unused = never;
`;

describe("the report of a package's API", () => {
  it("has each export without its comments, and the types that it names", async () => {
    const text = await report({
      "index.d.ts": 'export { shelf } from "./shelf.ts";',
      "shelf.d.ts": `import type { Options } from "./parts/options.ts";
        export declare function shelf(o: Options): void;`,
      "parts/options.d.ts": OPTIONS,
    });
    expect(text).toContain(
      "## @hitbox/shelf\n\n```ts\nexport declare function shelf(o: Options): void;\n```",
    );
    const [, hidden = ""] = text.split("### Not exported, and named above\n\n");
    expect(hidden).toContain("// parts/options.d.ts\nexport interface Options {\n    readonly url: string;");
    expect(hidden).toContain('// parts/options.d.ts\ntype Life = number | "forever";');
    expect(text).not.toMatch(/Unused|Where\./);
  });

  it("changes with a type that is not exported itself", async () => {
    const index = 'import { Life } from "./life.ts";\nexport declare const life: Life;';
    const [before, after] = [
      await report({ "index.d.ts": index, "life.d.ts": "export type Life = number;" }),
      await report({ "index.d.ts": index, "life.d.ts": "export type Life = number | string;" }),
    ];
    expect(after).not.toBe(before);
  });

  it("keeps every overload, the names of exports, and what comes from another package", async () => {
    const text = await report({
      "index.d.ts": 'export { put as set } from "./put.ts";\nexport { json } from "@hitbox/core";',
      "put.d.ts": "export declare function put(a: 1): void;\nexport declare function put(a: 2): void;",
    });
    expect(text).toContain(
      "// as set\nexport declare function put(a: 1): void;\nexport declare function put(a: 2)",
    );
    expect(text).toContain('export { json } from "@hitbox/core";');
  });

  it("follows a type that is imported in place, and not the name of a member", async () => {
    const text = await report({
      "index.d.ts":
        'type size = 1;\nexport declare const a: import("./b.ts").B;\nexport interface C { size: 2 }',
      "b.d.ts": "export interface B { readonly b: 3 }",
    });
    expect(text).toContain("interface B");
    expect(text).not.toContain("type size");
  });
});
