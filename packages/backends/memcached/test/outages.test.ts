import { type Memcached, startMemcached, startProxy } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { AT_ONCE, entry, FAR_DEADLINE, failureOf, succeeds, textOf, until } from "./support.ts";

let server: Memcached;
beforeEach(async () => {
  server = await startMemcached();
});
afterEach(() => server.close());

/** Stops the server, and resolves when a command that `backend` sends gets no answer. */
async function silence(backend: ReturnType<typeof memcached>): Promise<void> {
  server.stop();
  const code = async (): Promise<string | undefined> => {
    const [answer] = await Promise.allSettled([backend.read("absent")]);
    return answer.status === "rejected" ? answer.reason.code : undefined;
  };
  await until(async () => (await code()) === "timeout");
}

const reads = (backend: ReturnType<typeof memcached>, key: string, value: string) => async () => {
  try {
    return textOf(await backend.read(key)) === value;
  } catch {
    return false;
  }
};

describe("a server that is killed", () => {
  it("fails operations at once as connection, and is used again once it is back", async () => {
    const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
    await backend.write("key", entry("value"));
    await server.kill();
    await until(async () => (await failureOf(() => backend.read("key"))).code === "connection");
    for (const operation of [() => backend.read("key"), () => backend.write("key", entry("lost"))]) {
      const { code, ms, error } = await failureOf(operation);
      expect(code).toBe("connection");
      expect(error.message).toContain("ECONNREFUSED");
      expect(ms).toBeLessThan(AT_ONCE);
    }
    await server.restart();
    await until(succeeds(() => backend.write("key", entry("again"))));
    expect(textOf(await backend.read("key"))).toBe("again");
    await backend.close?.();
  });

  it("fails what is under way", async () => {
    const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
    await backend.write("key", entry("value"));
    server.stop();
    const failing = failureOf(() => backend.read("key"));
    await server.kill();
    expect((await failing).code).toBe("connection");
    await backend.close?.();
  });
});

describe("a server that is silent", () => {
  it("fails operations at their deadline, and serves over the same connection when it goes on", async () => {
    const backend = memcached({ servers: [server.address], timeout: 100 });
    await until(reads(backend, "absent", undefined as never));
    await silence(backend);
    expect((await failureOf(() => backend.read("key"))).code).toBe("timeout");
    expect((await failureOf(() => backend.write("key", entry("late")))).code).toBe("timeout");
    server.resume();
    await until(reads(backend, "key", "late"));
    await backend.close?.();
  });

  it("does not put a late write over a newer one", async () => {
    const backend = memcached({ servers: [server.address], timeout: 100 });
    for (let round = 0; round < 5; round++) {
      await until(reads(backend, "absent", undefined as never));
      await silence(backend);
      const { code } = await failureOf(() => backend.write("key", entry(`late ${round}`)));
      expect(code).toBe("timeout");
      server.resume();
      await until(succeeds(() => backend.write("key", entry(`newer ${round}`))));
      await until(reads(backend, "key", `newer ${round}`));
      for (let time = 0; time < 20; time++) await until(reads(backend, "key", `newer ${round}`));
    }
    await backend.close?.();
  });

  it("is not sent a write whose deadline was over before there was a connection", async () => {
    server.stop();
    const backend = memcached({ servers: [server.address], timeout: 50 });
    expect((await failureOf(() => backend.write("key", entry("too late")))).code).toMatch(
      /timeout|connection/,
    );
    server.resume();
    await until(reads(backend, "absent", undefined as never));
    await until(reads(backend, "key", undefined as never));
    await backend.close?.();
  });
});

describe("a connection with faults", () => {
  it("keeps replies with their commands if it is slow", async () => {
    const proxy = await startProxy(server.port);
    proxy.pass({ late: 20 });
    const backend = memcached({ servers: [`127.0.0.1:${proxy.port}`], timeout: FAR_DEADLINE });
    const keys = Array.from({ length: 200 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => backend.write(key, entry(`of ${key}`))));
    const values = await Promise.all(keys.map(async (key) => textOf(await backend.read(key))));
    expect(values).toEqual(keys.map((key) => `of ${key}`));
    await backend.close?.();
    await proxy.close();
  });

  it("gives no half value if it is cut in a reply", async () => {
    const proxy = await startProxy(server.port);
    const backend = memcached({ servers: [`127.0.0.1:${proxy.port}`], timeout: FAR_DEADLINE });
    const long = "v".repeat(50_000);
    await backend.write("key", entry(long));
    for (let round = 0; round < 5; round++) {
      proxy.cutNext();
      expect((await failureOf(() => backend.read("key"))).code).toBe("connection");
      await until(reads(backend, "key", long));
    }
    await backend.close?.();
    await proxy.close();
  });
});

describe("one server of three", () => {
  let others: Memcached[];
  let backend: ReturnType<typeof memcached>;
  const keys = Array.from({ length: 60 }, (_, index) => `key${index}`);
  const start = async (timeout: number): Promise<void> => {
    others = await Promise.all([startMemcached(), startMemcached()]);
    const servers = [server, ...others].map(({ address }) => address);
    backend = memcached({ servers, timeout });
    await backend.writeMany?.(keys.map((key) => [key, entry(key)] as const));
  };
  afterEach(async () => {
    await backend.close?.();
    await Promise.all(others.map((other) => other.close()));
  });

  it("that is away fails its own keys, alone and in a batch, and no others", async () => {
    await start(FAR_DEADLINE);
    await server.kill();
    const alone = await Promise.allSettled(keys.map((key) => backend.read(key)));
    const away = keys.filter((_, at) => alone[at]?.status === "rejected");
    expect(away.length).toBeGreaterThan(5);
    expect(away.length).toBeLessThan(40);
    const batch = (await backend.readMany?.(keys)) ?? [];
    expect(keys.filter((_, at) => batch[at] instanceof Error)).toEqual(away);
    const there = keys.filter((key) => !away.includes(key));
    expect(await Promise.all(there.map(async (key) => textOf(await backend.read(key))))).toEqual(there);
  });

  it("that is silent fails its own keys of a batch as timeout, and no others", async () => {
    await start(1_000);
    server.stop();
    const outcomes = async (): Promise<string[]> => {
      const found = (await backend.readMany?.(keys)) ?? [];
      return [...new Set(found.map((each) => (each instanceof Error ? Object(each).code : "found")))];
    };
    await until(async () => (await outcomes()).sort().join() === "found,timeout");
  });
});
