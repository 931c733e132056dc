import { setTimeout as wait } from "node:timers/promises";
import { type Backend, cacheBackend, hashed } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { CLIENTS, entry, failureOf, succeeds, until } from "../support.ts";
import { Notes } from "./support.ts";

const HEARTBEAT = 400;

let server: RedisServer;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

describe.each(CLIENTS)("on the bus, $version,", ({ Redis }) => {
  let clients: InstanceType<typeof Redis>[];
  let backends: Required<Backend>[];
  let writer: Required<Backend>;
  let reader: Required<Backend>;
  let notes: Notes;

  const open = (prefix = "shop", heartbeat = HEARTBEAT): Required<Backend> => {
    const client = new Redis(server.port, { keyPrefix: "app:", retryStrategy: () => 20 });
    client.on("error", () => {});
    clients.push(client);
    const coherence = { by: "bus", heartbeat } as const;
    const backend = redis({ client, prefix, timeout: 1_000, coherence }) as Required<Backend>;
    backends.push(backend);
    return backend;
  };
  const publish = (message: object): Promise<unknown> =>
    redisCommand(server.port, "PUBLISH", "app:shop::changes", JSON.stringify(message));

  beforeEach(async () => {
    [clients, backends] = [[], []];
    [writer, reader] = [open(), open()];
    notes = new Notes();
    reader.watch(notes);
    await notes.up();
    notes.clear();
  });
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.close()));
    for (const client of clients) client.disconnect();
  });

  it("others' changes are heard, and one's own once, with their origin", async () => {
    const origin = { within: undefined };
    await reader.write("own", entry("0"), origin);
    expect([notes.all, [...notes.origins]]).toEqual([["own"], [origin]]);
    await writer.write("a", entry("1"));
    await writer.remove("b");
    await writer.writeMany([
      ["c", entry("2")],
      ["d:é::日本", entry("3")],
    ]);
    await writer.removeMany(["e", "f"]);
    await until(() => notes.all.length === 7);
    expect(notes.all).toEqual(["own", "a", "b", "c", "d:é::日本", "e", "f"]);
  });

  it("what others clear is a gap that is over at once", async () => {
    await writer.write("a", entry("1"));
    await writer.clear();
    await until(() => notes.count("<restored>") > 0 && notes.isUp);
    expect(notes.count("<lost>")).toBe(notes.count("<restored>"));
  });

  it("changes of one turn are one message", async () => {
    const before = Number(/cmdstat_publish:calls=(\d+)/.exec(await commands())?.[1] ?? 0);
    await Promise.all(Array.from({ length: 100 }, (_, key) => writer.write(`${key}`, entry("value"))));
    await until(() => notes.all.length === 100);
    const sent = Number(/cmdstat_publish:calls=(\d+)/.exec(await commands())?.[1] ?? 0) - before;
    expect(sent).toBeLessThan(10);
  });

  const commands = (): Promise<string> => redisCommand(server.port, "INFO", "commandstats");

  it("a neighbour's changes are not heard", async () => {
    await open("shop:x").write("a", entry("1"));
    await writer.write("end", entry("1"));
    await until(() => notes.count("end") === 1);
    expect(notes.all).toEqual(["end"]);
  });

  it("keys come back as text from a format without an inverse", async () => {
    const settings = { prefix: "typed", keyFormat: hashed(), coherence: "bus" } as const;
    const [mine, others] = clients.map((client) => cacheBackend(redis({ ...settings, client })));
    const heard = new Notes();
    mine?.watch(heard);
    await heard.up();
    await mine?.get("user:v3:id=42");
    await others?.delete("user:v3:id=42");
    await until(() => heard.count("user:v3:id=42") === 1);
    await Promise.all([mine?.close(), others?.close()]);
  });

  const from = (seq: number, more: object = {}): object => ({
    v: 1,
    from: "other",
    seq,
    every: 60_000,
    ...more,
  });

  it.each([
    ["a number is left out", [from(1, { keys: ["a"] }), from(3, { keys: ["c"] })]],
    ["the first number is left out", [from(2, { keys: ["a"] })]],
    ["a sign of life tells of a message that has not come", [from(1, { keys: ["a"] }), from(2)]],
    ["a goodbye tells of one", [from(1, { bye: true })]],
    ["a version is unknown", [{ ...from(1), v: 2 }]],
    ["keys are no strings", [from(1, { keys: [5] })]],
    ["it is no message", [[]]],
  ])("a gap is told where %s", async (_, messages) => {
    for (const message of messages) await publish(message);
    await until(() => notes.count("<restored>") === 1);
    expect(notes.all.filter((said) => said.startsWith("<"))).toEqual(["<lost>", "<restored>"]);
  });

  it("what comes out of turn is heard once more, and is no gap", async () => {
    for (const seq of [1, 2, 1]) await publish(from(seq, { keys: [`${seq}`] }));
    await publish(from(2));
    await until(() => notes.all.length === 3);
    expect(notes.all).toEqual(["1", "2", "1"]);
  });

  it("a sender that goes silent without a goodbye is a gap, once", async () => {
    await publish({ ...from(1, { keys: ["a"] }), every: 100 });
    await until(() => notes.count("<restored>") === 1);
    await wait(2 * HEARTBEAT);
    expect(notes.all).toEqual(["a", "<lost>", "<restored>"]);
  });

  it("so is one that dies before it could tell of the first change that it made", async () => {
    const dying = open();
    await dying.write("a", entry("1"));
    clients.at(-1)?.disconnect();
    await until(() => notes.count("<restored>") === 1);
    expect(notes.all.slice(-2)).toEqual(["<lost>", "<restored>"]);
  });

  it("a sender that says goodbye, or is idle, is none", async () => {
    await writer.write("a", entry("1"));
    await reader.write("b", entry("1"));
    const second = open();
    await second.write("c", entry("1"));
    await second.close();
    await wait(5 * HEARTBEAT);
    expect(notes.all.toSorted()).toEqual(["a", "b", "c"]);
  });

  it.each(["pubsub", "normal"])("after the %s connections are killed, all is heard again", async (type) => {
    await writer.write("a", entry("1"));
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", type);
    if (type === "pubsub") await until(() => notes.count("<restored>") > 0);
    const writes = succeeds(() => writer.write("b", entry("1")));
    await until(async () => (await writes()) && notes.isUp && notes.count("b") > 0);
  });

  it("silence is told within a heartbeat, and is over soon after it", async () => {
    server.stop();
    await until(() => notes.count("<lost>") === 1);
    server.resume();
    await until(() => notes.isUp);
  });

  it("a write that may have been executed is told, and told again when it is certain", async () => {
    // While the server is stopped, this reader is not lost.
    const calm = new Notes();
    open("shop", 60_000).watch(calm);
    await calm.up();
    await writer.write("first", entry("1"));
    server.stop();
    const { code } = await failureOf(() => writer.write("key", entry("late")));
    expect(code).toBe("timeout");
    server.resume();
    await until(() => calm.count("key") > 0);
    expect(await writer.read("key")).toBeDefined();
  });

  it("what could not be told is told later, or makes a gap", async () => {
    await writer.write("first", entry("1"));
    await until(() => notes.count("first") === 1);
    await redisCommand(server.port, "ACL", "SETUSER", "default", "-publish");
    await writer.write("a", entry("1"));
    await redisCommand(server.port, "ACL", "SETUSER", "default", "+publish");
    await until(() => notes.isUp && notes.count("a") + notes.count("<lost>") > 0);
  });

  it("what is under way at the close is told before the goodbye", async () => {
    const leaving = open();
    await leaving.write("first", entry("1"));
    await until(() => notes.count("first") === 1);
    const writes = ["a", "b", "c"].map((key) => leaving.write(key, entry("1")));
    await leaving.close();
    await Promise.all(writes);
    await wait(4 * HEARTBEAT);
    expect(notes.all).toEqual(["first", "a", "b", "c"]);
  });

  it("too much of that becomes everything", async () => {
    await writer.write("first", entry("1"));
    await until(() => notes.count("first") === 1);
    await redisCommand(server.port, "ACL", "SETUSER", "default", "-publish");
    for (let batch = 0; batch < 11; batch++) {
      await writer.writeMany(
        Array.from({ length: 1_000 }, (_, key) => [`${batch}:${key}`, entry("1")] as const),
      );
    }
    notes.clear();
    await redisCommand(server.port, "ACL", "SETUSER", "default", "+publish");
    // The reader, who cannot hear itself meanwhile, may be lost already.
    await until(() => notes.isUp && notes.all.length > 0);
    // And then notices with the first that it hears that it has missed something.
    const writes = succeeds(() => writer.write("end", entry("1")));
    await until(async () => (await writes()) && notes.count("end") > 0);
    expect(notes.count("0:0")).toBe(0);
  });
});
