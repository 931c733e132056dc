import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Backend, BackendError, delegateTo } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { type Gate, gate, settled } from "@hitbox/test-support";
import { describe, expect, it, vi } from "vitest";

/** A store that answers nothing. */
function silentStore() {
  const log: string[] = [];
  const waiting: Gate<never>[] = [];
  const silent = (what: string) => (): Promise<never> => {
    log.push(what);
    const answer = gate<never>();
    waiting.push(answer);
    return answer.opened;
  };
  /** The deadline of all that is under way. */
  const passDeadline = (): void => {
    for (const { fail } of waiting.splice(0)) fail(new BackendError("timeout", "no answer in time"));
  };
  const backend: Backend<unknown> = {
    ...delegateTo(memory({ maxEntries: 100, label: "silent" })),
    ...{ read: silent("read"), write: silent("write"), remove: silent("remove") },
  };
  return { backend, log, passDeadline };
}

const STACKS: readonly (readonly [string, (store: Backend<unknown>) => Cache])[] = [
  ["a silent store", (store) => createCache({ backend: store, ttl: "1m" })],
  [
    "memory over a silent store",
    (store) => createCache({ backend: compose(memory({ maxEntries: 10 }), store), ttl: "1m" }),
  ],
];

describe.each(STACKS)("with %s", (_, cacheOver) => {
  it("many changes of one key end at the deadline of the first, with few commands", async () => {
    const { backend, log, passDeadline } = silentStore();
    const cache = cacheOver(backend);
    const changes = Array.from({ length: 50 }, (_, value) =>
      value % 5 === 4 ? cache.delete("key") : cache.set("key", value),
    );
    const ended = vi.fn();
    void Promise.all(changes).then(ended);
    await settled();
    expect(ended).not.toHaveBeenCalled();
    passDeadline();
    await settled();
    expect(ended).toHaveBeenCalled();
    cache.close().catch(() => {});
    expect(log.filter((what) => what !== "read").length).toBeLessThan(5);
  });

  it("an entry whose delete has failed is not answered with, and the delete is tried again", async () => {
    const { backend, passDeadline } = silentStore();
    const cache = cacheOver(backend);
    const changes = [cache.set("key", 1), cache.delete("key")];
    await settled();
    passDeadline();
    await Promise.all(changes);
    const read = cache.get("key");
    const closed = cache.close().catch(({ message }: Error) => message);
    for (let turn = 0; turn < 3; turn++) {
      passDeadline();
      await settled();
    }
    expect(await read).toBeUndefined();
    expect(await closed).toContain("pending delete");
  });
});
