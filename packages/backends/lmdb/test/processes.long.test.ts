import {
  type BackendError,
  type CacheBackend,
  type CacheValue,
  cacheBackend,
  cacheValue,
} from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { lmdb } from "../src/index.ts";
import { build, startChild } from "./child.ts";

const freshPath = useFolder();

beforeAll(build);

// LMDB refuses a commit, very rarely and only with many processes, where its list of free pages does not add up:
// nothing is lost, and the write succeeds when it is made again.
async function set(backend: CacheBackend, key: string, value: CacheValue<unknown>, tries = 5): Promise<void> {
  try {
    await backend.set(key, value);
  } catch (error) {
    if (tries === 1 || !(error as BackendError).retryable) throw error;
    await set(backend, key, value, tries - 1);
  }
}

/** The same for a process of its own. */
const SET = `
  const set = async (backend, key, value, tries = 5) => {
    try {
      await backend.set(key, value);
    } catch (error) {
      if (tries === 1 || !error.retryable) throw error;
      await set(backend, key, value, tries - 1);
    }
  };
`;

describe("processes on one store", () => {
  it("see what the others have written and removed", async () => {
    const path = freshPath();
    const here = cacheBackend(lmdb({ path }));
    await here.set("greeting", cacheValue("hello"));
    const child = startChild(
      path,
      `
        const backend = cacheBackend(lmdb({ path }));
        say((await backend.get("greeting")).data);
        await backend.set("answer", cacheValue({ from: process.pid }, { ttl: 60_000, tags: ["t"] }));
        await backend.delete("greeting");
        say("written");
        await hear();
        say(JSON.stringify(await backend.get("reply") ?? null));
        await backend.close();
        process.stdin.destroy();
      `,
    );
    expect(await child.hear()).toBe("hello");
    expect(await child.hear()).toBe("written");
    // A snapshot lasts for the turn of the event loop in which it was taken.
    await vi.waitFor(() =>
      expect(here.get("answer")).toMatchObject({ data: { from: expect.any(Number) }, tags: ["t"] }),
    );
    expect(await here.get("greeting")).toBeUndefined();
    await here.set("reply", cacheValue("reply"));
    child.say("go on");
    expect(JSON.parse((await child.hear()) as string)).toMatchObject({ data: "reply" });
    expect(await child.ended).toBe(0);
    await here.close();
  });

  it("write at the same time without losing or tearing anything", { timeout: 60_000 }, async () => {
    const path = freshPath();
    const here = cacheBackend(lmdb({ path }));
    const children = [1, 2, 3].map((id) =>
      startChild(
        path,
        `
          const backend = cacheBackend(lmdb({ path, sweepInterval: 5 }));
          ${SET}
          for (let round = 0; round < 60; round++) {
            await Promise.all(Array.from({ length: 20 }, (_, index) =>
              set(backend, "${id}:" + index, cacheValue({ round, text: String(round).repeat(2_000) }, { ttl: 60_000 }))));
            await set(backend, "shared", cacheValue({ id: ${id}, text: "${id}".repeat(9_000) }, { ttl: 60_000 }));
            await set(backend, "brief", cacheValue(1, { ttl: 2 }));
          }
          await backend.close();
          say("done");
          process.stdin.destroy();
        `,
      ),
    );
    let isDone = false;
    const all = Promise.all(children.map(({ ended }) => ended)).finally(() => {
      isDone = true;
    });
    let reads = 0;
    while (!isDone) {
      const shared = await here.get<{ id: number; text: string }>("shared");
      if (shared) expect(shared.data.text).toBe(String(shared.data.id).repeat(9_000));
      await set(here, `0:${reads++ % 20}`, cacheValue("mine"));
      await new Promise(setImmediate);
    }
    expect(await all).toStrictEqual([0, 0, 0]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const id of [1, 2, 3]) {
      for (let index = 0; index < 20; index++) {
        expect((await here.get(`${id}:${index}`))?.data).toStrictEqual({
          round: 59,
          text: "59".repeat(2_000),
        });
      }
    }
    await here.close();
  });

  it("survive one that is killed while it writes, with all that it was told was written", {
    timeout: 60_000,
  }, async () => {
    const path = freshPath();
    const here = cacheBackend(lmdb({ path }));
    for (let kill = 0; kill < 5; kill++) {
      const child = startChild(
        path,
        `
          const backend = cacheBackend(lmdb({ path }));
          for (let round = 0; ; round++) {
            await Promise.all(Array.from({ length: 50 }, (_, index) =>
              backend.set("${kill}:" + round + ":" + index, cacheValue("x".repeat(3_000), { ttl: 600_000 }))));
            say(String(round));
          }
        `,
      );
      let last = -1;
      while (last < 3 + kill) last = Number(await child.hear());
      child.kill("SIGKILL");
      expect(await child.ended).toBe("SIGKILL");
      await here.set(`survivor ${kill}`, cacheValue("alive"));
      for (let round = 0; round <= last; round++) {
        for (let index = 0; index < 50; index++)
          expect(await here.get(`${kill}:${round}:${index}`)).toBeDefined();
      }
    }
    await here.close();
    const again = cacheBackend(lmdb({ path }));
    for (let kill = 0; kill < 5; kill++) expect((await again.get(`survivor ${kill}`))?.data).toBe("alive");
    await again.close();
  });
});

describe("a process", () => {
  it("ends by itself when it has nothing left to do, open store, sweeps and all", async () => {
    const child = startChild(
      freshPath(),
      `
        const backend = cacheBackend(lmdb({ path, sweepInterval: 20 }));
        await Promise.all(Array.from({ length: 5_000 }, (_, index) => backend.set("key" + index, cacheValue(1, { ttl: 1 }))));
        say("done");
        process.stdin.destroy();
      `,
    );
    expect(await child.hear()).toBe("done");
    expect(await Promise.race([child.ended, new Promise((resolve) => setTimeout(resolve, 5_000))])).toBe(0);
  });

  it("whose file cannot grow fails its writes as unavailable, reads on, and closes", {
    timeout: 60_000,
  }, async () => {
    const path = freshPath();
    const child = startChild(
      path,
      `
        const backend = cacheBackend(lmdb({ path }));
        process.on("unhandledRejection", () => say("unhandled"));
        await backend.set("first", cacheValue("kept"));
        const errors = new Set();
        for (let index = 0; index < 120; index++) {
          await Promise.resolve(backend.set("key" + index, cacheValue("x".repeat(50_000))))
            .catch((error) => errors.add(error.code + " " + error.retryable));
        }
        say([...errors].join());
        say((await backend.get("first")).data);
        await backend.close();
        say("closed");
        process.stdin.destroy();
      `,
      // Files of at most 4 MiB; the signal that says so is ignored, and the write fails.
      "trap '' XFSZ; ulimit -f 8192;",
    );
    const heard: (string | undefined)[] = [];
    for (let line = await child.hear(); line !== undefined; line = await child.hear()) heard.push(line);
    expect(heard).toStrictEqual(["unavailable true", "kept", "closed"]);
    expect(await child.ended).toBe(0);
  });
});
