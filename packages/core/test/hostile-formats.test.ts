import { cacheBackend, json, typedJson } from "@hitbox/core";
import { craftedKeys } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const read = (document: string, maxNodes?: number): unknown =>
  typedJson({ maxNodes }).deserialize(Buffer.from(document));
const named = (count: number): string =>
  `[${Array.from({ length: count }, (_, index) => `{"k${index}":0}`).join()}]`;

describe.each([
  ["json", json],
  ["typed-json", typedJson],
])("the limits of %s", (_, make) => {
  test("hold to the node", () => {
    for (const [document, nodes] of [
      ["1", 1],
      ["[]", 2],
      ["[1,2,3]", 4],
      ['{"a":[1,{}],"b":"],[{,"}', 6],
    ] as const) {
      const within = make({ maxNodes: nodes });
      const value: unknown = JSON.parse(document);
      expect(within.deserialize(within.serialize(value))).toEqual(value);
      if (nodes === 1) continue;
      const over = make({ maxNodes: nodes - 1 });
      expect(() => over.serialize(value)).toThrow("more nodes than `maxNodes` allows");
      expect(() => over.deserialize(Buffer.from(document))).toThrow(`more than ${nodes - 1} nodes`);
    }
  });

  test("are not hidden from by strings, escapes or white space", () => {
    const deep = `${'[{"\\"}]":'.repeat(260)}0${"}]".repeat(260)}`;
    expect(() => make().deserialize(Buffer.from(deep))).toThrow("more than 500 levels");
    expect(() => make().deserialize(Buffer.from(deep.replaceAll("[", "\n[ ")))).toThrow(
      "more than 500 levels",
    );
    const flat = JSON.stringify(Array.from({ length: 600 }, () => ({ text: '[[[{{{"\\' })));
    expect(make().deserialize(Buffer.from(flat))).toEqual(JSON.parse(flat));
  });

  test("hold for shapes, read and written", () => {
    const format = make({ maxNodes: 60_000 });
    const many = JSON.parse(named(10_000));
    expect(() => format.serialize(many)).toThrow("too many objects with property names of their own");
    expect(() => format.deserialize(Buffer.from(named(10_000)))).toThrow(
      "too many objects with property names",
    );
    const alike = Array.from({ length: 15_000 }, (__, index) => ({ index, text: `"k${index}":` }));
    expect(format.deserialize(format.serialize(alike))).toEqual(alike);
    expect(make().deserialize(make().serialize(many))).toEqual(many);
  });
});

describe("values that take long to make", () => {
  test.each<[string, unknown]>([
    ["URLs", new URL("http://host/")],
    ["regular expressions", /a/],
    ["errors", new Error("message")],
  ])("%s count for eight nodes more, read and written", (_, value) => {
    const values = [value, value, value];
    const bytes = typedJson().serialize(values);
    const most = (maxNodes: number) => () => typedJson({ maxNodes }).deserialize(bytes);
    expect(most(24)).not.toThrow(/errors, URLs and regular expressions/);
    expect(most(23)).toThrow("more errors, URLs and regular expressions than `maxNodes` allows");
    const within = Array.from({ length: 50 }, (__, index) => index).find((maxNodes) => {
      const format = typedJson({ maxNodes: maxNodes + 1 });
      return succeeds(() => expect(format.deserialize(format.serialize(values))).toEqual(values));
    });
    expect(within).toBeGreaterThanOrEqual(27);
    expect(() => typedJson({ maxNodes: within as number }).serialize(values)).toThrow(
      "more nodes than `maxNodes` allows",
    );
  });
});

function succeeds(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

describe("keys of a Map or Set", () => {
  const keys = craftedKeys(40_000);

  test("keys that were chosen to share one hash are refused", () => {
    expect(new Set(keys).size).toBe(keys.length);
    expect(() => read(` ["$Set",${keys.join()}]`)).toThrow("were chosen to share one hash");
    expect(() => read(` ["$Map",${keys.map((key) => `[${key},0]`).join()}]`)).toThrow("share one hash");
  });

  test("keys of every honest kind are read, however many", () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => index * 4_096);
    for (const set of [
      new Set(ids),
      new Set(ids.map(String)),
      new Set(ids.map(BigInt)),
      new Set(ids.map((id) => id / 7)),
    ]) {
      const back = read(Buffer.from(typedJson().serialize(set)).toString()) as Set<unknown>;
      expect(back.size).toBe(ids.length);
      expect([...back].slice(0, 600)).toEqual([...set].slice(0, 600));
    }
  });
});

describe("an id in a stored entry", () => {
  const times = { createdAt: 1, staleAt: undefined, expiresAt: undefined, tags: undefined };

  test.each([
    [{ format: "x\u001b[31m\nmalicious", compressor: undefined, decodedBytes: undefined }],
    [{ format: "json", compressor: "x\u001b[31m\nmalicious", decodedBytes: 3 }],
  ])("never reaches a message if it is malformed", (ids) => {
    const store = mapBackend();
    store.entries.set("k", { payload: Buffer.from("1"), ...times, ...ids });
    const get = () => cacheBackend(store).get("k");
    expect(get).toThrow("of a malformed id, which is not this backend's own");
    expect(get).not.toThrow("malicious");
  });
});
