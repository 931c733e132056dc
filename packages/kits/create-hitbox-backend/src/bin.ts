#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
// By its name: the program is bundled apart from the entry.
import { runProgram } from "create-hitbox-backend";

const { stdin, stdout, stderr } = process;
const lines = stdin.isTTY && stdout.isTTY ? createInterface({ input: stdin, output: stdout }) : undefined;
// Ctrl+C ends the program with nothing written.
lines?.on("SIGINT", () => process.exit(130));
const ask = lines && (async (question: string) => (await lines.question(question)).trim());
process.exitCode = await runProgram(process.argv.slice(2), { stdout, stderr, ask });
lines?.close();
