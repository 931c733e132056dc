import { describe, expect, it } from "vitest";
import { createTable, postgres } from "../src/index.ts";

const client = { query: async () => ({ rows: [], rowCount: 0 }) };
const url = "postgres://user:secret@127.0.0.1:1/shop";

const WRONG: [string, object, string][] = [
  ["no address", {}, "url or `client` is needed"],
  ["a URL and a client", { url, client }, "url or `client` is needed"],
  ["a URL of another kind", { url: "mysql://user:secret@host" }, "url must be a URL such as postgres://"],
  ["a URL that is none", { url: "postgres://user:secret@host:port/x" }, "url must be a URL"],
  ["a client that is none", { client: { secret: 1 } }, "client must be one of pg or postgres"],
  ["no connections", { url, connections: 0 }, "connections must be"],
  ["a table in capitals", { url, table: "Cache" }, "table must be"],
  ["a table with a quote", { url, table: 'a"b' }, "table must be"],
  ["a table with a schema", { url, table: "secret.cache" }, "table must be"],
];

describe("postgres", () => {
  it.each<[string, object, string]>([
    ...WRONG,
    ["a timeout of 0", { url, timeout: 0 }, "timeout must be"],
    ["a clearTimeout of 0", { url, clearTimeout: 0 }, "clearTimeout must be"],
    ["an interval of 0", { url, sweepInterval: 0 }, "sweepInterval must be"],
    ["a clock that is none", { url, now: 5 }, "now must be a function"],
    ["an unknown option", { url, uri: "secret" }, "postgres: `uri` is not an option"],
  ])("refuses %s, and shows no secret", (_, options, message) => {
    const make = (): unknown => postgres(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("secret");
  });

  it("does not connect before it is used", async () => {
    const backend = postgres({ url });
    expect(backend.label).toBe("postgres");
    await backend.close?.();
  });
});

describe("createTable", () => {
  it.each<[string, object, string]>([
    ...WRONG,
    ["a kind that is none", { url, kind: "temporary" }, "kind must be"],
    ["an unknown option", { url, logged: true }, "createTable: `logged` is not an option"],
  ])("refuses %s, and shows no secret", async (_, options, message) => {
    const error = await createTable(options as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain("secret");
  });
});
