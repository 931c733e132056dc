import { describe, expect, it } from "vitest";
import { memcached } from "../src/index.ts";

describe("memcached", () => {
  it.each<[string, object, string]>([
    ["no servers", {}, "servers must be a list"],
    ["an empty list", { servers: [] }, "servers must be a list"],
    ["a server twice", { servers: ["a", "a:11211"] }, "one is there twice"],
    ["a URL", { servers: ["a:1", "memcached://user:secret@host:1"] }, "servers[1] must be host:port"],
    ["a port that is none", { servers: ["a:70000"] }, "servers[0] must be host:port"],
    ["a server that is no text", { servers: [5] }, "servers[0] must be a string"],
    ["a prefix with a space", { servers: ["a"], prefix: "a b" }, "prefix must be"],
    ["a prefix with the separator", { servers: ["a"], prefix: "a::b" }, "prefix must be"],
    ["a prefix that ends with a colon", { servers: ["a"], prefix: "a:" }, "prefix must be"],
    ["an empty prefix", { servers: ["a"], prefix: "" }, "prefix must be"],
    ["items of no size", { servers: ["a"], maxItemBytes: 100 }, "maxItemBytes must be"],
    ["a timeout of 0", { servers: ["a"], timeout: 0 }, "timeout must be"],
    ["a timeout of clears, which there are none of", { servers: ["a"], clearTimeout: 5 }, "`clearTimeout`"],
    ["tls that is no object", { servers: ["a"], tls: "yes" }, "tls must be true"],
    ["a user without a password", { servers: ["a"], username: "u" }, "password must be"],
    [
      "a password of two lines",
      { servers: ["a"], username: "u", password: "secret\r\n" },
      "password must be",
    ],
    ["an unknown option", { servers: ["a"], ttl: 5 }, "memcached: `ttl` is not an option"],
    ["a clock that is none", { servers: ["a"], now: 5 }, "now must be a function"],
  ])("refuses %s, and shows no secret", (_, options, message) => {
    const make = (): unknown => memcached(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("secret");
  });

  it.each(["localhost", "cache-1.example.com:11212", "[::1]:11211", "10.0.0.1", "/run/memcached.sock"])(
    "takes the server %s, and does not connect before it is used",
    async (server) => {
      const backend = memcached({ servers: [server] });
      expect(backend.label).toBe("memcached");
      await backend.close?.();
    },
  );
});
