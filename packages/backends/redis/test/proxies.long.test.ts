import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "@hitbox/core";
import { freePort, type OwnedProcess, ownProcess, type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, type RedisWarning, redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { DATA, startCommandProxy } from "./command-proxy.ts";
import { entry, failureOf, textOf, until } from "./support.ts";

interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

let server: RedisServer;
let proxy: Proxy;
let opened: Backend[];
let warnings: RedisWarning[];
beforeEach(async () => {
  server = await startRedis();
  [opened, warnings] = [[], []];
});
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
  await proxy.close();
  await server.close();
});

function open(options: Partial<RedisOptions> = {}): Required<Backend> {
  const onWarning = (warning: RedisWarning): void => void warnings.push(warning);
  const backend = redis({ url: proxy.url, onWarning, timeout: 1_000, ...options } as RedisOptions);
  opened.push(backend);
  return backend as Required<Backend>;
}

const codes = (): string[] => warnings.map(({ code }) => code);

/** Twemproxy, if it is installed. */
const NUTCRACKER = nutcracker();

function nutcracker(): string | undefined {
  const { NUTCRACKER: named } = process.env;
  if (named !== undefined) return named;
  return ["/usr/sbin/nutcracker", "/usr/bin/nutcracker", "/usr/local/sbin/nutcracker"].find(existsSync);
}

async function startNutcracker(program: string, target: number): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), "nutcracker-"));
  const [port, stats] = [await freePort(), await freePort()];
  const settings = ["redis: true", "timeout: 2000", "servers:", `- 127.0.0.1:${target}:1`];
  const pool = [`listen: 127.0.0.1:${port}`, ...settings].map((line) => `  ${line}\n`).join("");
  await writeFile(join(folder, "proxy.yml"), `main:\n${pool}`);
  const child: OwnedProcess = await ownProcess(
    program,
    ["-c", join(folder, "proxy.yml"), "-s", `${stats}`],
    folder,
  );
  await until(() => accepts(port));
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      await child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

const PROXIES: [name: string, start: () => Promise<Proxy>][] = [
  ["closes connections", () => startCommandProxy({ target: server.port, knows: DATA, others: "close" })],
  ["replies with errors", () => startCommandProxy({ target: server.port, knows: DATA, others: "refuse" })],
];
if (NUTCRACKER !== undefined) PROXIES.push(["is twemproxy", () => startNutcracker(NUTCRACKER, server.port)]);

describe.each(PROXIES)("a proxy that %s", (_, start) => {
  beforeEach(async () => {
    proxy = await start();
  });

  it("serves entries, batches and leases, and nothing is printed", async () => {
    const print = (["warn", "error", "log"] as const).map((name) => vi.spyOn(console, name));
    const tier = open();
    await tier.writeMany([
      ["a", entry("1")],
      ["b", entry("2")],
    ]);
    expect((await tier.readMany(["a", "b", "c"])).map(textOf)).toEqual(["1", "2", undefined]);
    const { fence, granted } = await tier.lease("a", 1_000);
    expect([granted, (await tier.lease("a", 1_000)).granted]).toEqual([true, false]);
    expect(await tier.writeFenced("a", entry("3"), fence)).toBe(true);
    expect(await tier.remove("a")).toEqual({ status: "deleted", count: 1 });
    expect(warnings).toEqual([]);
    for (const spy of print) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("fails a clear fast, again and again, and no other operation with it", async () => {
    const tier = open();
    await tier.write("key", entry("value"));
    let isOver = false;
    const reading = (async () => {
      while (!isOver) {
        expect(textOf(await tier.read("key"))).toBe("value");
        await new Promise(setImmediate);
      }
    })();
    for (let round = 0; round < 5; round++) {
      const { code, error } = await failureOf(() => tier.clear());
      expect(code).toBe("unsupported");
      expect(error.message).toMatch(/SCAN and UNLINK.*scan/i);
    }
    isOver = true;
    await reading;
    expect(codes()).toEqual(["HITBOX_REDIS_CLEAR"]);
  });

  it.each(["tracking", "bus"] as const)(
    "has no %s, says why once, and serves all the rest",
    async (coherence) => {
      const tier = open({ coherence });
      const notes = new Notes();
      tier.watch(notes);
      for (let round = 0; round < 40; round++) {
        await tier.write("key", entry(`${round}`));
        expect(textOf(await tier.read("key"))).toBe(`${round}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      expect(notes.all.filter((said) => said.startsWith("<"))).toEqual([]);
      const [first] = warnings.filter(({ code }) => code === "HITBOX_REDIS_COHERENCE");
      expect(first?.message).toMatch(/changes by others are not heard.*Reason: /s);
      expect(codes().toSorted()).toEqual(
        coherence === "bus" ? ["HITBOX_REDIS_COHERENCE", "HITBOX_REDIS_PUBLISH"] : ["HITBOX_REDIS_COHERENCE"],
      );
    },
  );
});
