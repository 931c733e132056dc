import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installed, onPath } from "./installed.mjs";

const run = promisify(execFile);

const HOW_TO_INSTALL = `The tests need a Java runtime, 11 or later, for AWS's DynamoDB Local. Install one:
  Debian, Ubuntu:  sudo apt-get install default-jre-headless
  Fedora:          sudo dnf install java-latest-openjdk-headless
  macOS:           brew install openjdk
or set JAVA to the path of the program.`;

/**
 * A Java runtime that can be run: the program named by JAVA, else from PATH, else installed with apt-get (as
 * root on Debian or Ubuntu). Resolves with `{ path, source }`, where `source` says which.
 */
export async function java() {
  if (process.env.JAVA) return { path: process.env.JAVA, source: "JAVA" };
  const reasons = [];
  for (const [name, get] of [
    ["PATH", fromPath],
    ["apt-get", () => installed("default-jre-headless", "java")],
  ]) {
    try {
      const path = await get();
      return { path, source: name === "PATH" ? path : name };
    } catch (error) {
      reasons.push(`${name}: ${error.message.trim()}`);
    }
  }
  throw new Error(`${HOW_TO_INSTALL}\nTried:\n  ${reasons.join("\n  ")}`);
}

async function fromPath() {
  const path = await onPath("java");
  if (path === undefined) throw new Error("there is none");
  // macOS has a program of this name that only says that there is no Java, and fails.
  await run(path, ["-version"]);
  return path;
}
