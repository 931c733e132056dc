import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const FOLDER = fileURLToPath(new URL("../../.github/workflows", import.meta.url));

test.for(readdirSync(FOLDER))("%s starts without permissions, and pins every action", (name) => {
  const workflow = readFileSync(join(FOLDER, name), "utf8");
  expect(workflow).toMatch(/^permissions: \{\}$/m);
  const actions = workflow.match(/\buses:.*/g) ?? [];
  expect(actions).not.toHaveLength(0);
  for (const action of actions) expect(action).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
