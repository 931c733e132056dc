import { readFileSync } from "node:fs";
import { join } from "node:path";
import { redisCommand } from "@hitbox/test-servers";

/** The lines of ACL rules in the README, by feature. */
export const RULES: Readonly<Record<string, readonly string[]>> = rulesOf(
  readFileSync(join(import.meta.dirname, "../README.md"), "utf8"),
);

function rulesOf(readme: string): Record<string, string[]> {
  const block = /```text acl\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const lines = block.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [feature = "", rules = ""] = line.split(/: +/);
      return [feature, rules.split(" ")];
    }),
  );
}

/** The rules of these features, without those in `missing`. */
export function rules(features: readonly string[], missing: readonly string[] = []): string[] {
  return features
    .flatMap((feature) => RULES[feature] ?? [`no rules of ${feature}`])
    .filter((rule) => !missing.includes(rule));
}

export async function makeUser(port: number, given: readonly string[]): Promise<void> {
  await redisCommand(port, "ACL", "SETUSER", "user", "reset", "on", ">secret", ...given);
}
