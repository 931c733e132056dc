import { execFileSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { build, hitbox } from "./support/hitbox.ts";

beforeAll(build, 300_000);

it("completes commands and their options in bash", async () => {
  const { stdout } = await hitbox(["completion", "bash"]);
  const completed = (...words: string[]): string => {
    const line = `COMP_WORDS=(${words.join(" ")} ''); COMP_CWORD=${words.length}`;
    const script = `${stdout}\n${line}; _hitbox; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", script], { encoding: "utf8" });
  };
  expect(completed("hitbox")).toContain("inspect keys size delete");
  expect(completed("hitbox", "size")).toContain("--depth --rate --store");
});

it.each(["zsh", "fish"])("prints a script for %s", async (shell) => {
  const { code, stdout } = await hitbox(["completion", shell]);
  expect(code).toBe(0);
  for (const word of ["inspect", "doctor", "depth"]) expect(stdout).toContain(word);
});
