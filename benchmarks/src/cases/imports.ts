import { execFileSync } from "node:child_process";
import type { Comparison, Side } from "../compare.ts";

/** Starts processes, one after the other, each of which imports `modules` and ends. */
function processesThatImport(...modules: readonly string[]): Side {
  const lines = modules.map((name) => `import "${name}";`).join("\n");
  const args = ["--input-type=module", "--eval", lines];
  return (count) => {
    for (let step = 0; step < count; step++)
      execFileSync(process.execPath, args, { cwd: import.meta.dirname });
  };
}

/** The time that two tiers and a cache add to the start of a process that uses Redis anyway. */
export function imports(parts: "memory and redis" | "and a cache over them"): Comparison {
  const tiers = ["@hitbox/memory", "@hitbox/redis"];
  const modules = parts === "memory and redis" ? tiers : [...tiers, "@hitbox/composition", "@hitbox/cache"];
  return {
    name: `a process that imports ${parts}`,
    baseline: { name: "ioredis alone", run: processesThatImport("ioredis") },
    subject: { name: "with ioredis", run: processesThatImport(...modules) },
    ratio: "time",
    goal: parts === "memory and redis" ? 1.3 : undefined,
    count: 1,
    rounds: 31,
  };
}
