import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { startProxy } from "@hitbox/test-servers";
import { collected, succeeds, until } from "@hitbox/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import { type S3Options, s3 } from "../src/index.ts";
import { clientOf, FAR_DEADLINE, failureOf, freshPrefix, useServer } from "./support.ts";

const { server, client, source } = useServer();

function open(options: Partial<S3Options> = {}): CacheBackend {
  const own = options.client ? { bucket: source().bucket } : source();
  const shared = { prefix: freshPrefix(), timeout: FAR_DEADLINE, onWarning: () => {} };
  const backend = cacheBackend(s3({ ...own, ...shared, ...options }));
  onTestFinished(() => backend.close());
  return backend;
}

/** One of each operation that goes to the server. */
function everyOperation(backend: CacheBackend): (() => unknown)[] {
  const value = cacheValue("during");
  return [
    () => backend.get("a"),
    () => backend.getMany(["a", "b"]),
    () => backend.set("c", value),
    () => backend.setMany([["d", value]]),
    () => backend.delete("e"),
    () => backend.deleteMany(["f"]),
    () => backend.lease("g", 1_000),
    () => backend.setFenced("h", value, "fence"),
    () => backend.releaseLease("i", "fence"),
    () => backend.clear(),
    () => collected(backend.keys()),
  ];
}

const CLIENTS = [
  ["a client of its own", () => ({})],
  [
    "a client that was given",
    () => {
      const given = clientOf(server());
      onTestFinished(() => given.destroy());
      return { client: given };
    },
  ],
] as const;

// Before a gateway is killed: the next one, to make a bucket, asks its predecessor for half a minute.
describe("a server that refuses", () => {
  it("unknown keys, a wrong secret and a wrong clock is told by each, and shows no secret", async () => {
    const { credentials } = server();
    const stranger = open({
      credentials: { accessKeyId: "stranger-key-id", secretAccessKey: "stranger-secret" },
    });
    const wrong = open({ credentials: { ...credentials, secretAccessKey: "wrong-secret-key" } });
    const late = clientOf(server(), { systemClockOffset: -3_600_000, maxAttempts: 1 });
    onTestFinished(() => late.destroy());
    for (const [backend, message] of [
      [stranger, "the server does not know the access key"],
      [wrong, "Check the secret key"],
      [open({ client: late }), "clock differs from the server's"],
    ] as const) {
      const { code, error } = await failureOf(() => backend.get("key"));
      expect([code, error.message]).toEqual(["internal", expect.stringContaining(message)]);
      expect(`${error.stack} ${(error.cause as Error).stack}`).not.toMatch(/stranger-|wrong-|hitbox-test/);
    }
  });

  it("requests for a bucket that is missing serves them when the bucket is made", async () => {
    const backend = open({ bucket: "made-later" });
    for (const run of everyOperation(backend)) {
      const { code, error } = await failureOf(run);
      expect([code, error.message]).toEqual(["internal", expect.stringContaining('no bucket "made-later"')]);
    }
    await client().send(new CreateBucketCommand({ Bucket: "made-later" }));
    await backend.set("a", cacheValue("value"));
    expect((await backend.get("a"))?.data).toBe("value");
  });
});

describe("a slow server", () => {
  it("has a late write land on no newer one", async () => {
    const proxy = await startProxy(server().port);
    onTestFinished(() => proxy.close());
    const backend = open({ endpoint: `http://127.0.0.1:${proxy.port}`, timeout: 300 });
    await until(succeeds(() => backend.get("a")));
    proxy.pass({ late: 1_200 });
    expect((await failureOf(() => backend.set("a", cacheValue("late")))).code).toBe("timeout");
    proxy.pass("at once");
    await until(succeeds(() => backend.set("a", cacheValue("newer"))));
    expect((await backend.get("a"))?.data).toBe("newer");
  });

  it("grants, if it loses an answer, the lease that it has stored", async () => {
    const proxy = await startProxy(server().port);
    onTestFinished(() => proxy.close());
    const given = clientOf({ endpoint: `http://127.0.0.1:${proxy.port}`, credentials: server().credentials });
    onTestFinished(() => given.destroy());
    given.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        // The first attempt alone.
        if (headers["if-none-match"] !== undefined && headers["amz-sdk-request"]?.startsWith("attempt=1"))
          proxy.cutNext();
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    const backend = open({ client: given });
    const { granted, fence } = await backend.lease("key", 60_000);
    expect(granted).toBe(true);
    expect(await backend.setFenced("key", cacheValue("value"), fence)).toBe(true);
  });
});

describe.each(CLIENTS)("over %s", (_, options) => {
  it("every operation times out at a stopped server, which serves when it goes on", async () => {
    const backend = open({ ...options(), timeout: 500, clearTimeout: 500 });
    await until(succeeds(() => backend.set("a", cacheValue("before"))));
    server().stop();
    try {
      const failures = await Promise.all(everyOperation(backend).map((run) => failureOf(run)));
      expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["timeout"]));
    } finally {
      server().resume();
    }
    // More than once: a clear that has got no answer may be done late.
    const works = async (): Promise<boolean> => {
      await backend.set("a", cacheValue("after"));
      return (await backend.get("a"))?.data === "after";
    };
    await until(async () => works().catch(() => false));
  });

  it("every operation fails while the server is away, and works when it is back", async () => {
    const backend = open(options());
    await backend.set("a", cacheValue("before"));
    const underWay = everyOperation(backend).map(async (run) => run());
    const killed = server().kill();
    for (const end of await Promise.allSettled(underWay))
      if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "connection" });
    await killed;
    for (const run of everyOperation(backend)) expect((await failureOf(run)).code).toBe("connection");
    await server().restart();
    await backend.set("a", cacheValue("after"));
    expect((await backend.get("a"))?.data).toBe("after");
  });
});
