import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { optionBags } from "../api-report/option-bags.mjs";
import { MAKERS, type Make } from "./support/option-makers.ts";

const SECRET = "hunter2-hunter2";

/** Bags that nobody checks, each with the reason. */
const UNCHECKED: Readonly<Record<string, string>> = {
  adapterParts: "an adapter gives it all of its options, and has checked their names",
  storeBackend: "an adapter gives it all of its options, and has checked their names",
  "Cache.entity.schema": "a schema of another library",
  'Cache.entity.schema."~standard"': "a schema of another library",
  "CacheLike.set": "a method of the caller's object",
  "UnstorageDriver.setItem": "unstorage passes the options of its caller, which are for any driver",
  "UnstorageDriver.setItemRaw": "as setItem",
  "UnstorageDriver.setItems": "as setItem",
  "dynamodb.client": "an object of the SDK",
  "dynamodb.client.config": "an object of the SDK",
  "s3.client": "an object of the SDK",
  "s3.client.config": "an object of the SDK",
  "mysql.client": "an object of mysql2",
  "mysql createTable.client": "an object of mysql2",
};

/** Bags that the reports do not show as such: their types have methods, or names that are computed. */
const FURTHER: ReadonlyMap<string, readonly string[]> = new Map([
  ["typedJson.types", ["name", "is", "encode", "decode"]],
  ["faulty.chance", ["fail", "delay", "hang", "corrupt", "truncate"]],
  ["storeBackend.keys", ["prefix", "maxBytes", "allowed", "escape"]],
]);

/** Options of a library, of which one stands for all. */
const OF_A_LIBRARY: Readonly<Record<string, string>> = {
  tls: "rejectUnauthorized",
  redisOptions: "connectTimeout",
  credentials: "sessionToken",
};

const API = join(import.meta.dirname, "../../api");
const report = (name: string): string => readFileSync(join(API, name), "utf8");

/** The bags of all packages. The same function in several packages has the package before its name. */
function declared(): Map<string, readonly string[] | undefined> {
  const all = new Map<string, readonly string[] | undefined>(FURTHER);
  for (const file of readdirSync(API))
    for (const [path, options] of optionBags(report(file), report("core.md")))
      all.set(path.startsWith("createTable") ? `${file.slice(0, -3)} ${path}` : path, options);
  return all;
}

/** The error of an option that the function does not know. */
async function errorOf(make: Make, option: string): Promise<Error> {
  try {
    await make({ [option]: SECRET } as never);
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
  throw new Error(`\`${option}\` passed`);
}

/** The beginning of the message: `redis: coherence`, `cache.set`, `wrap`. */
function beginningOf(path: string): string {
  const [, name = path] = /^\w+ (.*)$/.exec(path) ?? [];
  const [, method] = /^(?:Cache|Entity|CacheBackend)\.(\w+)$/.exec(name) ?? [];
  if (method !== undefined) return /^(get|set|lookup)/.test(method) ? `cache.${method}` : method;
  if (/^createTable\./.test(name)) return path.replace(/^(\w+) createTable\./, "$1: ");
  return RENAMED[name] ?? name.replaceAll(".", ": ");
}

const RENAMED: Readonly<Record<string, string>> = { asTier: "cacheBackend" };

/** A name with one letter more: `timeoutt`. */
const misspelt = (name: string): string => `${name}${name.at(-1)}`;

describe("a misspelt option", () => {
  const bags = [...declared()].filter(([path]) => UNCHECKED[path] === undefined);

  it("is planted in every function that takes options", () => {
    expect(Object.keys(MAKERS).toSorted()).toEqual(bags.map(([path]) => path).toSorted());
    expect([...declared().keys()]).toEqual(expect.arrayContaining(Object.keys(UNCHECKED)));
    expect(bags.length).toBeGreaterThan(80);
  });

  it.each(bags)(
    "of %s is named, with the function and the nearest option, without its value",
    async (path, known) => {
      const option = known?.[0] ?? OF_A_LIBRARY[path.split(".").at(-1) ?? ""] ?? "";
      const { message } = await errorOf(MAKERS[path] as Make, misspelt(option));
      const wrong = misspelt(option);
      const hint = `is not an option; did you mean \`${option}\`?`;
      expect(message.split(" Options: ")[0]).toBe(`${beginningOf(path)}: \`${wrong}\` ${hint}`);
      expect(message).not.toContain(SECRET);
      const [, listed = ""] = / Options: (.*)\.$/.exec(message) ?? [];
      if (known === undefined) expect(listed).toMatch(/^those of /);
      else expect(listed.split(", ")).toEqual(expect.arrayContaining([...known]));
      if (known !== undefined && !/\.set(Many)?$/.test(path))
        expect(known).toEqual(expect.arrayContaining(listed.split(", ")));
    },
  );
});
