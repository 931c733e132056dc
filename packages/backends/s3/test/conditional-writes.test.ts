import { type Backend, cacheBackend, cacheValue } from "@hitbox/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { s3 } from "../src/index.ts";
import { type Answer, fakeServer, refusal, storeOf } from "./fake.ts";
import { clientOf, entry, failureOf } from "./support.ts";

const credentials = { accessKeyId: "id", secretAccessKey: "secret" };

async function openAt(answer: Answer, maxAttempts = 1): Promise<{ backend: Backend; seen: string[] }> {
  const { endpoint, seen } = await fakeServer(answer);
  const client = clientOf({ endpoint, credentials }, { maxAttempts });
  onTestFinished(() => client.destroy());
  return { backend: s3({ client, bucket: "cache", timeout: 20_000 }), seen };
}

describe("leases", () => {
  it("are refused by a server that ignores the condition of a write, and leave no object there", async () => {
    const { objects, answer } = storeOf("ignores");
    const { backend, seen } = await openAt(answer);
    const cache = cacheBackend(backend);
    for (const _ of [1, 2]) {
      const { code, error } = await failureOf(() => cache.lease("key", 1_000));
      expect([code, error.message]).toEqual(["unsupported", expect.stringContaining('set `leases: "none"`')]);
    }
    expect([...objects.keys()]).toEqual([]);
    expect(seen.some((request) => request.includes("hitbox%3A%3Akey") && request.startsWith("PUT"))).toBe(
      false,
    );
    await cache.set("key", cacheValue("value"));
    expect((await cache.get("key"))?.data).toBe("value");
  });

  it("are refused by a server that refuses conditional writes", async () => {
    const { answer } = storeOf("quoted");
    const { backend } = await openAt((request, reply, body) => {
      const isConditional = request.headers["if-match"] ?? request.headers["if-none-match"];
      (isConditional ? refusal(501, "NotImplemented") : answer)(request, reply, body);
    });
    const { code, error } = await failureOf(() => cacheBackend(backend).lease("key", 1_000));
    expect([code, error.message]).toEqual([
      "unsupported",
      expect.stringContaining("refuses conditional writes"),
    ]);
  });

  it.each(["quoted", "bare"] as const)("hold at a server that compares ETags %s", async (form) => {
    const { answer } = storeOf(form);
    const { backend, seen } = await openAt(answer);
    await backend.write("key", entry("old"));
    const first = await backend.lease?.("key", 10_000);
    expect(first?.granted).toBe(true);
    expect((await backend.lease?.("key", 10_000))?.granted).toBe(false);
    seen.length = 0;
    expect(await backend.writeFenced?.("key", entry("new"), first?.fence ?? "")).toBe(true);
    // The form is known by now.
    expect(seen.map((request) => request.slice(0, 3))).toEqual(["GET", "PUT"]);
    expect(await backend.writeFenced?.("key", entry("late"), first?.fence ?? "")).toBe(false);
  });

  it("are asked for once more after an error of the server's", async () => {
    const { answer } = storeOf("quoted");
    let requests = 0;
    const { backend } = await openAt((request, reply, body) => {
      requests += 1;
      (requests === 2 ? refusal(500, "InternalError") : answer)(request, reply, body);
    });
    expect((await failureOf(() => cacheBackend(backend).lease("key", 1_000))).code).toBe("unavailable");
    expect((await backend.lease?.("key", 1_000))?.granted).toBe(true);
  });

  it("are granted if the answer to the first attempt was lost", async () => {
    const { answer } = storeOf("quoted");
    let lost = 0;
    const { backend } = await openAt((request, reply, body) => {
      const isFirst = request.headers["if-none-match"] !== undefined && lost++ === 0;
      if (!isFirst) return answer(request, reply, body);
      const { setHeader, writeHead } = reply;
      reply.end = (() => reply.destroy()) as typeof reply.end;
      answer(request, reply, body);
      Object.assign(reply, { setHeader, writeHead });
    }, 3);
    expect((await backend.lease?.("key", 10_000))?.granted).toBe(true);
    expect(lost).toBe(2);
  });

  it("go to another caller if a conflict is told by 409", async () => {
    const { answer } = storeOf("quoted");
    let conflicts = 0;
    const { backend } = await openAt((request, reply, body) => {
      const isFirst = request.headers["if-none-match"] !== undefined && conflicts++ === 0;
      (isFirst ? refusal(409, "ConditionalRequestConflict") : answer)(request, reply, body);
    });
    expect((await backend.lease?.("key", 10_000))?.granted).toBe(true);
    expect(conflicts).toBe(2);
  });
});
