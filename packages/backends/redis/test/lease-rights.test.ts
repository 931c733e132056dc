import type { Backend } from "@hitbox/core";
import { redisCommand, startRedis } from "@hitbox/test-servers";
import { expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { entry } from "./support.ts";

/** What the README says that a user needs for leases, and what entries take. */
const RIGHTS = "+eval +evalsha +time +getrange +setrange +pexpire";
const ENTRIES = "+get +mget +set +strlen +unlink +scan";

it("leases need the rights that the README says", async () => {
  const server = await startRedis();
  const rights = `~shop::* -@all +info +hello ${ENTRIES} ${RIGHTS}`.split(" ");
  await redisCommand(server.port, "ACL", "SETUSER", "user", "reset", "on", ">secret", ...rights);
  const url = `redis://user:secret@127.0.0.1:${server.port}`;
  const backend = redis({ url, prefix: "shop" }) as Required<Backend>;
  // Over no entry, again, over an entry, again.
  for (const key of ["missing", "there"]) {
    if (key === "there") await backend.write(key, entry("value"));
    const { fence, granted } = await backend.lease(key, 1_000);
    expect(granted).toBe(true);
    await backend.releaseLease(key, fence);
    expect((await backend.lease(key, 1_000)).granted).toBe(true);
    expect(await backend.writeFenced(key, entry("loaded"), fence)).toBe(true);
  }
  await backend.close();
  await server.close();
});
