import { describe, expect, it } from "vitest";
import { Session } from "../../docs/.vitepress/playground/session.ts";

/** Gets a key, and answers with the newest line of the log. */
async function got(session: Session, key = "user:1"): Promise<string> {
  await session.get(key);
  const [{ answer, why } = { answer: "", why: "" }] = session.log;
  return `${answer} – ${why}`;
}

describe("the playground", () => {
  it("a value is loaded once, and then memory answers", async () => {
    const session = new Session();
    expect(await got(session)).toMatch(/^user:1, version 1 – miss: .* the database answered/);
    expect(await got(session)).toMatch(/^user:1, version 1 – fresh: Memory answered\./);
    expect(session.loads).toBe(1);
  });

  it("after a restart Redis answers, and fills memory", async () => {
    const session = new Session();
    await got(session);
    await session.restart();
    expect(await got(session)).toMatch(/fresh: Redis answered.*Memory: miss, Redis: hit\.$/);
    expect(await got(session)).toMatch(/fresh: Memory answered/);
  });

  it("a change of the database alone is seen after a refresh in the background", async () => {
    const session = new Session();
    await got(session);
    await session.change("user:1");
    await session.advance(70);
    expect(await got(session)).toMatch(/^user:1, version 1 – stale: .* in the background\.$/);
    expect(await got(session)).toMatch(/^user:1, version 2 – fresh/);
  });

  it("with Redis off memory answers, and an empty memory lets the database answer", async () => {
    const session = new Session();
    await got(session, "rate");
    await session.switchRedis();
    expect(await got(session, "rate")).toMatch(/fresh: Memory answered/);
    await session.restart();
    expect(await got(session, "rate")).toMatch(/^rate, version 1 – miss: .* Redis: error\.$/);
  });

  it("a delete that Redis missed is sent when it is back", async () => {
    const session = new Session();
    await got(session, "rate");
    await session.switchRedis();
    await session.delete("rate");
    await session.switchRedis();
    expect(await got(session, "rate")).toMatch(/miss: /);
    expect(session.loads).toBe(2);
  });

  it("an expired value answers once more, and is refreshed", async () => {
    const session = new Session();
    await got(session);
    await session.change("user:1");
    await session.expire("user:1");
    expect(await got(session)).toMatch(/^user:1, version 1 – stale: .* in the background\.$/);
    expect(await got(session)).toMatch(/^user:1, version 2 – fresh/);
  });

  it("an invalidated tag reaches the entries that have it, and no other", async () => {
    const session = new Session();
    await got(session);
    await got(session, "rate");
    await session.invalidate();
    expect(await got(session)).toMatch(/miss: /);
    expect(await got(session, "rate")).toMatch(/fresh: /);
  });

  it("with the database off a stale value is the answer, and without one the call rejects", async () => {
    const session = new Session();
    await got(session);
    await session.switchDatabase();
    await session.advance(600);
    expect(await got(session)).toMatch(/^user:1, version 1 – stale: /);
    await session.delete("user:1");
    expect(await got(session)).toBe("rejects: the database is down – No tier had a value to fall back on.");
  });
});
