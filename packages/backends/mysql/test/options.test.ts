import { describe, expect, it } from "vitest";
import { createTable, mysql } from "../src/index.ts";

const client = { query: async () => [[]] };
const url = "mysql://user:secret@127.0.0.1:1/shop";

const WRONG: [string, object, string][] = [
  ["no address", {}, "url or `client` is needed"],
  ["a URL and a client", { url, client }, "url or `client` is needed"],
  ["a URL of another kind", { url: "postgres://user:secret@host" }, "url must be a URL such as mysql://"],
  ["a URL that is none", { url: "mysql://user:secret@host:port/x" }, "url must be a URL"],
  ["a password with a bare %", { url: "mysql://user:secret%@host/x" }, "write %25 for %"],
  ["a client that is none", { client: { secret: 1 } }, "client must be a pool or a connection of mysql2"],
  ["TLS that is none", { url, tls: true }, 'tls must be "verified"'],
  ["TLS of a client", { client, tls: "verified" }, "tls is for `url`"],
  ["no connections", { url, connections: 0 }, "connections must be"],
  ["a table in capitals", { url, table: "Cache" }, "table must be"],
  ["a table with a quote", { url, table: 'a"b' }, "table must be"],
  ["a table with a schema", { url, table: "secret.cache" }, "table must be"],
];

describe("mysql", () => {
  it.each<[string, object, string]>([
    ...WRONG,
    ["a timeout of 0", { url, timeout: 0 }, "timeout must be"],
    ["a clearTimeout of 0", { url, clearTimeout: 0 }, "clearTimeout must be"],
    ["an interval of 0", { url, sweepInterval: 0 }, "sweepInterval must be"],
    ["a clock that is none", { url, now: 5 }, "now must be a function"],
    ["an unknown option", { url, uri: "secret" }, "mysql: `uri` is not an option"],
  ])("refuses %s, and shows no secret", (_, options, message) => {
    const make = (): unknown => mysql(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("secret");
  });

  it("does not connect before it is used", async () => {
    const backend = mysql({ url });
    expect(backend.label).toBe("mysql");
    await backend.close?.();
  });
});

describe("createTable", () => {
  it.each<[string, object, string]>([
    ...WRONG,
    ["an unknown option", { url, kind: "logged" }, "createTable: `kind` is not an option"],
  ])("refuses %s, and shows no secret", async (_, options, message) => {
    const error = await createTable(options as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain("secret");
  });
});
