import type { Backend } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { entry, until } from "../support.ts";
import { Notes } from "./support.ts";

/** What the README says that a user needs. */
const RIGHTS = {
  tracking:
    "~shop::* &shop::* &__redis__:invalidate +get +mget +set +unlink +scan +subscribe +ping " +
    "+client|id +client|tracking +client|getredir +pubsub|numsub",
  bus: "~shop::* &shop::* +get +mget +set +unlink +scan +subscribe +ping +client|id +publish",
};

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(["tracking", "bus"] as const)("rights, by %s,", (coherence) => {
  it("are enough where the README says so", async () => {
    const rights = `resetchannels resetkeys -@all +info +hello ${RIGHTS[coherence]}`.split(" ");
    await redisCommand(server.port, "ACL", "SETUSER", coherence, "reset", "on", ">secret", ...rights);
    const url = `redis://${coherence}:secret@127.0.0.1:${server.port}`;
    const [mine, other] = [0, 1].map(() => redis({ url, prefix: "shop", coherence })) as Required<Backend>[];
    const notes = new Notes();
    mine?.watch(notes);
    await notes.up();
    await other?.write("key", entry("value"));
    await until(() => notes.count("key") === 1);
    await mine?.clear();
    expect(notes.isUp).toBe(true);
    await Promise.all([mine?.close(), other?.close()]);
  });
});
