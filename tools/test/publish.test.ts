import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { notesOf, publishAll, releaseAll } from "../publish.mjs";
import { COMMANDS } from "../rehearse/release.mjs";

const packages = ["core", "redis"].map((name) => ({
  directory: `/packages/${name}`,
  manifest: { name: `@hitbox/${name}`, version: "1.2.0" },
}));
const WORKFLOW = readFileSync(new URL("../../.github/workflows/release.yml", import.meta.url), "utf8");
const TARBALLS = ["hitbox-core-1.2.0.tgz", "hitbox-redis-1.2.0.tgz"];

/** Runs nothing; knows the versions and releases in `known`. */
function recorder(known: readonly string[]) {
  const ran: string[][] = [];
  const run = (command: string, args: string[]): string => {
    if (!args.includes("view")) {
      ran.push([command, ...args]);
      return "";
    }
    if (!known.some((id) => args.includes(id))) throw new Error("not found");
    return "1.2.0\n";
  };
  return { ran, run };
}

describe("a release", () => {
  it("publishes the tarballs of versions that npm does not have, with provenance", async () => {
    const { ran, run } = recorder(["@hitbox/core@1.2.0"]);
    await publishAll(run, { packages, tarballs: TARBALLS });
    const [words = []] = ran;
    expect(ran).toHaveLength(1);
    expect(words.join(" ")).toMatch(/^npm publish .*hitbox-redis-1\.2\.0\.tgz --provenance/);
    expect(words).toContain("--ignore-scripts");
  });

  it("publishes nothing if a tarball is missing", async () => {
    const { ran, run } = recorder([]);
    const publishing = publishAll(run, { packages, tarballs: TARBALLS.slice(1) });
    await expect(publishing).rejects.toThrow("no tarball: hitbox-core-1.2.0.tgz");
    expect(ran).toEqual([]);
  });

  it("is told on GitHub, with its part of the changelog", async () => {
    const { ran, run } = recorder(["@hitbox/core@1.2.0"]);
    const changelogOf = () => "# x\n\n## 1.2.0\n\n- New.\n\n## 1.1.0\n\n- Old.\n";
    await releaseAll(run, { packages, changelogOf });
    const id = "@hitbox/redis@1.2.0";
    expect(ran).toEqual([["gh", "release", "create", id, "--title", id, "--notes", "- New."]]);
    expect(notesOf("# x\n", "1.2.0")).toBe("");
  });

  it("is rehearsed by the workflow's own commands, in its order", () => {
    const ran = [...WORKFLOW.matchAll(/(?:run|version): ((?:pnpm|node) .*)/g)].map(([, command]) => command);
    // Each job installs anew, and releases on GitHub cannot be made elsewhere.
    const wanted = [...new Set(ran)].filter((command) => !command?.includes("--releases"));
    expect(COMMANDS).toEqual(wanted);
  });

  it("is published by a job that installs nothing, in an environment of its own", () => {
    const jobs = WORKFLOW.split(/^(?= {2}\w+:$)/m).filter((job) => job.includes("id-token: write"));
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatch(/^ {4}environment: npm\b/m);
    expect(jobs[0]).not.toMatch(/\b(install|npx|pnpm|build)\b(?!ed)/);
  });
});
