import { checkOption } from "@hitbox/core";

/** Registers one case with a runner: vitest's `test`, `node:test`'s `test`, or any function of that shape. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** Cases by the sentence that names them. Each runs alone, in any order, beside any other. */
export type Cases<Subject> = Readonly<Record<string, (subject: Subject) => Promise<void> | void>>;

/** Joins the cases of several files; a sentence that two files use is a mistake of the kit. */
export function joinCases<Subject>(...parts: readonly Cases<Subject>[]): Cases<Subject> {
  const entries = parts.flatMap((cases) => Object.entries(cases));
  const joined = Object.fromEntries(entries);
  if (Object.keys(joined).length !== entries.length) throw new Error("two cases have the same name");
  return joined;
}

/** Checks the options that the three kits share. */
export function checkRegistration(test: RegisterTest, name: string | undefined): void {
  checkOption(typeof test === "function", "test", test, "must be a function");
  checkOption(name === undefined || typeof name === "string", "name", name, "must be a string");
}

export function caseName(name: string | undefined, sentence: string): string {
  return name === undefined ? sentence : `${name}: ${sentence}`;
}
