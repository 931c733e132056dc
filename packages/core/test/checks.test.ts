import { checkKnown, checkMilliseconds, checkOption, checkSpelling, checkTls } from "@hitbox/core";
import { describe, expect, test } from "vitest";

const messageOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
  }
  throw new Error("expected a TypeError");
};

describe("a wrong option", () => {
  test.each([
    [5, "5"],
    [Number.NaN, "NaN"],
    [10n, "10"],
    [false, "false"],
    [undefined, "undefined"],
    [null, "null"],
    ["", "an empty string"],
    ["redis://user:secret@host", "a string"],
    [["secret"], "an array"],
    [{ password: "secret" }, "an object"],
    [new Map([["secret", 1]]), "an object"],
    [() => "secret", "a function"],
    [Symbol("secret"), "a symbol"],
  ])("%o is told by its type, without a secret", (value, shown) => {
    const message = messageOf(() => checkOption(false, "url", value, "must be a URL"));
    expect(message).toBe(`url must be a URL; got ${shown}`);
  });

  test("that is not known is named with its factory, the nearest option and all options", () => {
    const known = ["url", "database", "timeout"];
    const check = (option: string) => messageOf(() => checkKnown("redis", { url: "", [option]: 1 }, known));
    const rest = "Options: url, database, timeout.";
    expect(check("db")).toBe(`redis: \`db\` is not an option; did you mean \`database\`? ${rest}`);
    expect(check("timout")).toBe(`redis: \`timout\` is not an option; did you mean \`timeout\`? ${rest}`);
    expect(check("TIMEOUT")).toBe(`redis: \`TIMEOUT\` is not an option; did you mean \`timeout\`? ${rest}`);
    expect(check("retries")).toBe(`redis: \`retries\` is not an option. ${rest}`);
    expect(messageOf(() => checkKnown("always", { a: 1 }, []))).toBe(
      "always: `a` is not an option. Options: none.",
    );
  });

  test.each([
    ["max", "maxEntries"],
    ["maxSize", "maxBytes"],
    ["swr", "staleWhileRevalidate"],
    ["grace", "staleIfError"],
    ["store", "backend"],
    ["timeout", "hardTimeout"],
  ])("%s is known by the name that it has here, %s", (name, ours) => {
    const known = [
      "maxBytes",
      "maxEntries",
      "backend",
      "hardTimeout",
      "staleWhileRevalidate",
      "staleIfError",
    ];
    const message = messageOf(() => checkKnown("createCache", { [name]: 1 }, known));
    expect(message).toContain(`createCache: \`${name}\` is not an option; did you mean \`${ours}\`?`);
  });

  test.each([undefined, null, "text", 5, []])("options that are %o are refused by name", (options) => {
    const message = messageOf(() => checkKnown("redis", options as never, []));
    expect(message).toMatch(/^redis: options must be an object; got /);
    const more = messageOf(() => checkKnown("redis", options as never, [], "{ url }"));
    expect(more).toMatch(/^redis: options must be an object, such as \{ url \}; got /);
  });
});

test.each(["5s", 0, 600_001, 1.5, undefined])(
  "a time of %o says its unit, its range and an example",
  (value) => {
    expect(() => checkMilliseconds("timeout", value as number, 1, 600_000)).toThrow(
      /^timeout must be whole milliseconds from 1 to 600,000, such as 1000; got /,
    );
  },
);

test.each([1, 600_000])("a time of %d at an end of its range passes", (value) => {
  expect(checkMilliseconds("timeout", value, 1, 600_000)).toBe(value);
});

describe("a misspelt option of a library", () => {
  const check = (options: object, known = ["rejectUnauthorized", "ca", "cert"]) =>
    checkSpelling("redis: tls", options, known, "node:tls");

  test.each([
    ["rejectUnauthorised", "rejectUnauthorized"],
    ["rejectunauthorized", "rejectUnauthorized"],
    ["rejectUnautorizd", "rejectUnauthorized"],
    ["certs", "cert"],
    ["CA", "ca"],
  ])("such as %s is named with the right one, without its value", (option, meant) => {
    const message = messageOf(() => check({ [option]: "secret" }));
    expect(message).toBe(
      `redis: tls: \`${option}\` is not an option; did you mean \`${meant}\`? Options: those of node:tls.`,
    );
  });

  test.each(["ciphersuites", "cb", "unauthorized", "ALPN"])(
    "does not stop %s of a later version",
    (option) => {
      check({ ca: "", [option]: 1 });
    },
  );

  test("every option of node:tls passes, and a wrong bag is told by its type", () => {
    checkTls("redis: tls", { ca: "a", cert: "b", rejectUnauthorized: true, servername: "c", noDelay: true });
    expect(messageOf(() => checkTls("redis: tls", ["secret"]))).toBe(
      "redis: tls must be options of node:tls; got an array",
    );
  });
});
