import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The tests need a Java runtime, 11 or later, for AWS's DynamoDB Local. Install one:
  Debian, Ubuntu:  sudo apt-get install default-jre-headless
  Fedora:          sudo dnf install java-latest-openjdk-headless
  macOS:           brew install openjdk
or set JAVA to the path of the program.`;

/** A Java that can be run, as `{ path, source }`. */
export function java() {
  return program({
    variable: "JAVA",
    names: ["java"],
    debian: "default-jre-headless",
    howToInstall: HOW_TO_INSTALL,
    // macOS has a program of this name that only says that there is no Java, and fails.
    isRunnable: (path) => promisify(execFile)(path, ["-version"]),
  });
}
