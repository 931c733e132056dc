import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { namesOf } from "../src/names.ts";
import { render } from "../src/render.ts";

const SOURCES = ["src/index.ts", "src/client.ts", "test/conformance.test.ts"];
const template = (path: string): Promise<string> =>
  readFile(new URL(`../templates/package/${path}`, import.meta.url), "utf8");

/** All words of the code of a template, except those that stand for the store's names. */
function wordsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"]*"|`[^`]*`/g, "");
  return [...code.matchAll(/[A-Za-z_$][\w$]*/g)]
    .map(([word]) => word)
    .filter((word) => !/mystore/i.test(word));
}

test("no name of a store gives a name that a template uses", async () => {
  const sources = await Promise.all(SOURCES.map(template));
  const words = new Set(sources.flatMap(wordsOf));
  for (const word of words) {
    const pascal = `${word[0]?.toUpperCase()}${word.slice(1)}`.replace(/(?:Options|Client)$/, "");
    const name = pascal.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase();
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) continue;
    const { camel, pascal: own } = namesOf(name);
    for (const made of [camel, `${own}Options`, `${own}Client`])
      expect(words.has(made), `${name} gives ${made}`).toBe(false);
  }
});

test("a name that no template uses stays as it is", () => {
  expect(namesOf("redis-cluster")).toMatchObject({ camel: "redisCluster", pascal: "RedisCluster" });
  expect(namesOf("store")).toMatchObject({ label: "store", camel: "storeStore", pascal: "StoreStore" });
});

test("a name that holds the name in the templates is put in once", () => {
  const text = "my-store MY_STORE myStore MyStore";
  expect(render(text, namesOf("my-my-store"), () => true)).toBe(
    "my-my-store MY_MY_STORE myMyStore MyMyStore",
  );
});
