import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplyFilter } from "../../src/connection/replies/reply-filter.ts";
import type { Expected } from "../../src/connection/replies/reply-shape.ts";

const LIMITS = { string: 10, reply: 25 };

/** What a client gets of bytes that come in pieces of `size`. */
function passed(text: string, expected: Expected, size = text.length): string {
  const filter = new ReplyFilter(LIMITS);
  const bytes = Buffer.from(text, "latin1");
  let result = "";
  for (let at = 0; at < bytes.length; at += size)
    result += filter.pass(bytes.subarray(at, at + size), expected).toString("latin1");
  return result;
}

type Reply = string | null | number | readonly Reply[];

function encoded(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${reply.length}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encoded).join("")}`;
}

const scalar = fc.oneof(fc.string({ maxLength: 10, unit: "binary-ascii" }), fc.constant(null), fc.integer());
const anyReply = fc.oneof(
  scalar,
  fc.array(fc.oneof(scalar, fc.array(fc.constant(null), { maxLength: 3 })), { maxLength: 2 }),
);

describe("replies within the limits", () => {
  it("come through as they are, in pieces of any size", async () => {
    await assertProperty(
      fc.property(fc.array(anyReply, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), (replies, size) => {
        const text = replies.map(encoded).join("");
        expect(passed(text, replies.length, size)).toBe(text);
      }),
      { runs: 500 },
    );
  });

  it.each(["+OK\r\n", "-ERR no\r\n", ":-5\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n"])(
    "%j comes through",
    (text) => {
      expect(passed(text, 1)).toBe(text);
    },
  );
});

describe("a string that is too long", () => {
  const error = /^-TOOLARGE the stored value has 11 bytes, over the limit of 10\r\n/;

  it.each([1, 2, 3, 7, 100])("becomes an error, and other replies stay, in pieces of %i", (size) => {
    const [before, long, after] = ["a", "b".repeat(11), "c"].map(encoded);
    const text = passed(`${before}${long}${after}`, 3, size);
    expect(text.startsWith(before as string)).toBe(true);
    expect(text.endsWith(after as string)).toBe(true);
    expect(text.slice(before?.length, -(after as string).length)).toMatch(error);
  });

  it("becomes an error as soon as its length is known", () => {
    const filter = new ReplyFilter(LIMITS);
    expect(filter.pass(Buffer.from("$11\r\n"), 1).toString()).toMatch(error);
    expect(filter.pass(Buffer.from("b".repeat(5)), 0)).toHaveLength(0);
    expect(filter.pass(Buffer.from("b".repeat(6)), 0)).toHaveLength(0);
    expect(filter.pass(Buffer.from("\r\n+OK\r\n"), 1).toString()).toBe("+OK\r\n");
  });

  it("becomes an error in its array, as does one that is too much with others", () => {
    const parts = ["a".repeat(10), "b".repeat(11), "c".repeat(10), "d".repeat(10), "e".repeat(5)];
    const text = passed(encoded(parts), 1);
    const [head, ...elements] = text.split(/(?<=\r\n)(?=[$-])/);
    expect(head).toBe("*5\r\n");
    expect(elements.map((element) => element.slice(0, 9))).toEqual([
      "$10\r\naaaa",
      "-TOOLARGE",
      "$10\r\ncccc",
      "-TOOLARGE",
      "$5\r\neeeee",
    ]);
    expect(elements[3]).toContain("all of one batch are over the limit of 25");
  });
});

describe("bytes that no command waits for", () => {
  it.each([
    ["a null", "$-1\r\n"],
    ["an array of null", "*1\r\n$-1\r\n"],
    ["text", "+OK\r\n"],
  ])("%s is refused", (_, text) => {
    expect(() => passed(text, 0)).toThrow("the server sent a reply that no command waits for");
    expect(() => passed(`:1\r\n${text}`, 1)).toThrow("that no command waits for");
  });

  it("a last word of a server that hangs up comes through", () => {
    const text = "-ERR max number of clients reached\r\n";
    expect(passed(text, 0)).toBe(text);
  });
});

describe("messages", () => {
  const message = encoded(["message", "channel", "text"]);

  it.each([
    ["messages", `${message}${message}`],
    ["a subscription", encoded(["subscribe", "channel", 1])],
    ["changed keys", encoded(["message", "channel", ["key"]])],
    ["an emptied database", encoded(["message", "channel", null])],
    ["the answer to a PING", encoded(["pong", ""])],
    ["an error", "-ERR no\r\n"],
  ])("%s come through", (_, text) => {
    expect(passed(text, "messages", 5)).toBe(text);
  });

  it.each([
    ["null", "$-1\r\n"],
    ["an empty array", "*0\r\n"],
    ["an array that begins with null", encoded([null, "channel", "text"])],
    ["a message without a channel", encoded(["message", null, "text"])],
    ["a message of one word", encoded(["message"])],
    ["a message on a number", encoded(["message", 5, "text"])],
    ["a message on a list", encoded(["message", [], "text"])],
    ["a message on a channel that is too long", encoded(["message", "c".repeat(11), "text"])],
  ])("%s is refused", (_, text) => {
    expect(() => passed(text, "messages")).toThrow("the server sent a message without a channel");
  });
});

describe("bytes that are no replies", () => {
  it.each([
    ["a type of RESP3", "_\r\n", "bytes that are no reply"],
    ["a length that is no number", "$x\r\n", "a length that is no number"],
    ["no length", "$\r\n", "a length that is no number"],
    ["a length of 16 digits", "$1000000000000000\r\n", "a length that is no number"],
    ["another negative length", "$-2\r\n", "a length that is no number"],
    ["a line with a return in it", "+a\rb\r\n", "a line without an end"],
    ["more elements than fit", "*1048577\r\n", "more than 1048576 elements"],
    ["arrays in arrays", "*1\r\n".repeat(9), "too many arrays in arrays"],
    ["a line that does not end", `+${"a".repeat(65_537)}`, "a line that is too long"],
  ])("%s is refused", (_, text, reason) => {
    expect(() => passed(text, 1)).toThrow(`the server sent ${reason}`);
  });

  it("arrays with too many elements in all are refused", () => {
    const half = `*600000\r\n${":1\r\n".repeat(600_000)}`;
    expect(() => passed(`*2\r\n${half}${half}`, 1)).toThrow("more than 1048576 elements");
    expect(passed(`${half}${half}`, 2)).toHaveLength(2 * half.length);
  });
});
