import { encodeEnvelope } from "@hitbox/core";
import { afterEach, describe, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, type Pretender, pretend, textOf } from "./support.ts";

let server: Pretender;
afterEach(() => server.close());

/** A server that tells its version, and gives each other command `reply`. */
async function lying(reply: string, version = "1.6.18"): Promise<ReturnType<typeof memcached>> {
  server = await pretend((socket) =>
    socket.on("data", (bytes) =>
      socket.write(bytes.toString() === "version\r\n" ? `VERSION ${version}\r\n` : reply),
    ),
  );
  return memcached({ servers: [server.address], timeout: FAR_DEADLINE });
}

describe("a wrong reply", () => {
  it.each([
    ["a line without an end", "x".repeat(5_000), "corrupt"],
    ["a size that is no number", "VA many\r\n", "corrupt"],
    ["a size that is less than nothing", "VA -1\r\n", "corrupt"],
    ["a value that is longer than announced", "VA 2\r\nabcd\r\n", "corrupt"],
    ["a value of the text protocol without an end", "VALUE k 0 1\r\na\r\nVALUE k 0 1\r\na\r\n", "corrupt"],
    ["a word of no protocol", "SECRET value\r\n", "corrupt"],
    ["an error of the client", "CLIENT_ERROR bad command line format\r\n", "internal"],
    ["an error of the server", "SERVER_ERROR proxy has no backend\r\n", "unavailable"],
  ])("%s fails the operation, and shows nothing of a value", async (_, reply, code) => {
    const backend = await lying(reply);
    const failure = await failureOf(() => backend.read("key"));
    expect(failure.code).toBe(code);
    expect(failure.error.message).not.toContain("SECRET");
    await backend.close?.();
  });

  it("too many ends the connection, and the next operation opens another", async () => {
    const backend = await lying("EN\r\nEN\r\n");
    expect(await backend.read("key")).toBeUndefined();
    expect(await backend.read("key")).toBeUndefined();
    await backend.close?.();
  });

  it("makes a set that is not stored no success", async () => {
    const backend = await lying("NOT_STORED\r\n", "1.4.0");
    expect((await failureOf(() => backend.write("key", entry("value")))).code).toBe("unavailable");
    await backend.close?.();
  });
});

describe("a server of another kind", () => {
  it.each(["mcrouter 1.0", "1.6.0 DF", "1.5.22", "0.5.0"])(
    "gets the text protocol if it calls itself %s",
    async (version) => {
      const commands: string[] = [];
      server = await pretend((socket) =>
        socket.on("data", (bytes) => {
          commands.push(bytes.toString());
          socket.write(commands.length === 1 ? `VERSION ${version}\r\n` : "END\r\n");
        }),
      );
      const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
      expect(textOf(await backend.read("key"))).toBeUndefined();
      expect(commands).toEqual(["version\r\n", "get hitbox::key\r\n"]);
      await backend.close?.();
    },
  );

  it("gets the text protocol if it does not know its version", async () => {
    server = await pretend((socket) =>
      socket.on("data", (bytes) =>
        socket.write(bytes.toString() === "version\r\n" ? "ERROR\r\n" : "END\r\n"),
      ),
    );
    const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
    expect(await backend.read("key")).toBeUndefined();
    await backend.close?.();
  });
});

it("a batch keeps the values that came before its connection ended", async () => {
  const bytes = Buffer.from(encodeEnvelope(entry("value")));
  const begun = Buffer.concat([
    Buffer.from(`VA ${bytes.length}\r\n`),
    bytes,
    Buffer.from("\r\nVA 900\r\nhalf"),
  ]);
  server = await pretend((socket) =>
    socket.on("data", (asked) => {
      if (asked.toString() === "version\r\n") socket.write("VERSION 1.6.18\r\n");
      else socket.end(begun);
    }),
  );
  const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  const [first, cut] = (await backend.readMany?.(["first", "cut"])) ?? [];
  expect([textOf(first as never), Object(cut).code]).toEqual(["value", "connection"]);
  await backend.close?.();
});

it("an entry that another process deletes first is not reported as deleted here", async () => {
  const bytes = Buffer.from(encodeEnvelope(entry("value")));
  const found = Buffer.concat([Buffer.from(`VA ${bytes.length}\r\n`), bytes, Buffer.from("\r\nNF\r\n")]);
  server = await pretend((socket) =>
    socket.on("data", (asked) =>
      socket.write(asked.toString() === "version\r\n" ? "VERSION 1.6.18\r\n" : found),
    ),
  );
  const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  expect(await backend.remove("key")).toEqual({ status: "missing" });
  await backend.close?.();
});
