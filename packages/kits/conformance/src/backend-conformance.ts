import { randomBytes } from "node:crypto";
import { checkKnown, checkOption } from "@hitbox/core";
import { caseName, checkRegistration, type RegisterTest } from "./case.ts";
import { backendCases } from "./cases/backend/backend-cases.ts";
import { missingHooks } from "./needing.ts";
import { checkRawHooks, type RawHooks } from "./raw-hooks.ts";
import { type OpenSpace, runScene } from "./scene.ts";
import { Suspects } from "./suspects.ts";
import { unchecked } from "./unchecked.ts";

export interface BackendConformanceOptions {
  /** Registers one case: `test` of vitest, of `node:test`, or of any other runner. */
  readonly test: RegisterTest;
  /**
   * Opens the backend on the space (prefix, database, directory, table …) of that name: 1–32 characters of
   * A-Z a-z 0-9 _ -. A space with a new name is empty, and different spaces share no entry. With
   * `supports.shared`, two opens of one space see the same entries; with `supports.persistent`, they do after
   * a close. Each space has room for 10,000 small entries and 4 MiB, or for the declared limits. The kit
   * closes it.
   */
  readonly open: OpenSpace;
  /** Put before the name of each case. */
  readonly name?: string | undefined;
  /**
   * Endings that, added to a space's name, give further names that this adapter accepts and must keep apart, such as
   * `":"`, `"*"`, `"?"`, `"[a]"`, `"/b"`. Default: none besides letters, digits, `_` and `-`.
   */
  readonly awkwardSpaces?: readonly string[] | undefined;
  /** Ways to the store beneath the adapter. Default: none, and the kit names the cases that need one. */
  readonly raw?: RawHooks | undefined;
}

/**
 * Registers the cases that prove a backend: a raw one (an adapter) or a typed one (a composition). Features
 * that `supports` declares must work. Undeclared features must be absent or refused. A failing case rejects
 * with an `AssertionError`, or with the backend's error.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * import { test } from "node:test";
 * backendConformance({ test, open: () => memory({ maxEntries: 20_000 }) });
 */
export function backendConformance(options: BackendConformanceOptions): void {
  checkOptions(options);
  const { test, open, name, awkwardSpaces = [], raw: hooks = {} } = options;
  // Random, so that entries of an earlier run in a persistent store cannot interfere.
  const run = `k${randomBytes(4).toString("hex")}`;
  const suspects = new Suspects(Object.keys(backendCases));
  const endings = new Set(["x", "-", "_", "-x", "0", ...awkwardSpaces]);
  for (const [index, [sentence, check]] of Object.entries(backendCases).entries()) {
    const missing = missingHooks(check, hooks);
    const space = `${run}-${String(index).padStart(3, "0")}`;
    const lookAlikes = [...endings].map((ending) => `${space}${ending}`);
    const runCase = (): Promise<void> =>
      suspects.during(index, () => runScene(open, { space, lookAlikes, hooks }, check));
    if (missing.length === 0) test(caseName(name, sentence), runCase);
    else test(caseName(name, unchecked(missing, sentence)), async () => undefined);
  }
}

function checkOptions(options: BackendConformanceOptions): void {
  checkKnown("backendConformance", options, ["test", "open", "name", "awkwardSpaces", "raw"]);
  const { test, open, name, awkwardSpaces = [], raw = {} } = options;
  checkRegistration(test, name);
  checkOption(typeof open === "function", "open", open, "must be a function");
  const isList =
    Array.isArray(awkwardSpaces) && awkwardSpaces.every((ending) => typeof ending === "string" && ending);
  checkOption(Boolean(isList), "awkwardSpaces", awkwardSpaces, "must be strings, none of them empty");
  checkRawHooks(raw);
}
