import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runProgram } from "../src/index.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "create-backend-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(args: readonly string[], ask?: (question: string) => Promise<string>) {
  const printed = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof printed) => ({
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const status = await runProgram(args, { stdout: stream("stdout"), stderr: stream("stderr"), ask });
  return { status, ...printed };
}

const written = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

test("writes a package by flags, and asks nothing where nobody can be asked", async () => {
  const { status, stdout } = await run(["my-cache", folder, "--can", "batches", "--client", "ioredis"]);
  expect(status).toBe(0);
  expect(stdout).toContain("hitbox-backend-my-cache: 10 files in ");
  const files = (await readdir(folder, { recursive: true })).sort();
  expect(files).toEqual(expect.arrayContaining([".gitignore", ".github/workflows/ci.yml", "src/index.ts"]));
  const manifest = JSON.parse(await written("package.json"));
  expect(manifest).toMatchObject({ name: "hitbox-backend-my-cache", peerDependencies: { ioredis: "*" } });
  const versions = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(versions["@hitbox/core"]).not.toBe("latest");
  expect(versions["@hitbox/conformance"]).not.toBe("latest");
  const source = await written("src/index.ts");
  expect(source).toContain("export function myCache(options: MyCacheOptions): Backend");
  expect(source).toContain("getMany");
  expect(source).not.toMatch(/compareAndSet|clear:|list:|\/\/(if|end)|my-?store/i);
});

test("leaves no mark of a template in any file, whatever the store can do", async () => {
  await run(["ab", folder, "--can", "all"]);
  for (const file of ["src/index.ts", "src/client.ts", "README.md", "test/conformance.test.ts"])
    expect(await written(file)).not.toMatch(/(\/\/|<!--|#)(if|end)|my-?_?store/i);
});

test("asks for what is not given, and asks again after a wrong answer", async () => {
  const asked: string[] = [];
  const answers = ["My Store", "etcd", "", "y", "n", "n", "yes", ""];
  const { status } = await run([], async (question) => {
    asked.push(question);
    return answers.shift() ?? "";
  }).finally(() => rm("hitbox-backend-etcd", { recursive: true, force: true }));
  expect(status).toBe(0);
  expect(asked[1]).toMatch(/^The name "My Store" does not fit\. .*\nName of the store/);
  expect(asked).toHaveLength(8);
});

test.each([
  ["no name", [], "The name of the store is missing"],
  ["a name in capitals", ["MyStore"], 'The name "MyStore" does not fit'],
  ["a path as a name", ["../x"], "does not fit"],
  ["an unknown ability", ["a", "--can", "clear,fly"], '"fly" is no capability. Write some of expiry'],
  ["a client that is no package", ["a", "--client", "Not A Package"], "is no name of an npm package"],
  ["an unknown flag", ["a", "--force"], "--force"],
  ["too many arguments", ["a", "b", "c"], "more arguments than"],
])("%s is refused with the way out, and exit code 2", async (_, args, message) => {
  const { status, stderr } = await run(args);
  expect(stderr).toContain(message);
  expect(stderr).toContain("See --help.");
  expect(status).toBe(2);
});

test("a directory that is not empty is left as it is", async () => {
  await writeFile(join(folder, "notes.txt"), "mine");
  const { status, stderr } = await run(["a", folder]);
  expect(stderr).toContain("is not empty");
  expect(status).toBe(2);
  expect(await readdir(folder)).toEqual(["notes.txt"]);
  const file = join(folder, "notes.txt");
  expect((await run(["a", file])).stderr).toContain("is a file");
});

test("a store that is named by a keyword gets a factory that compiles", async () => {
  await run(["hitbox-backend-default", folder]);
  expect(await written("src/index.ts")).toContain("export function defaultStore(");
  expect(JSON.parse(await written("package.json")).name).toBe("hitbox-backend-default");
});

test("--help prints the usage", async () => {
  expect(await run(["--help"])).toMatchObject({ status: 0, stderr: "" });
});
