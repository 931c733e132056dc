import { isPromise } from "@hitbox/core";
import { KeyedQueue } from "@hitbox/core/tier";
import { assertProperty, breaksLaw } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

interface Gate {
  readonly promise: Promise<string>;
  open(): void;
  fail(): void;
}

function gate(): Gate {
  let open = (): void => {};
  let fail = (): void => {};
  const promise = new Promise<string>((resolve, reject) => {
    open = () => resolve("done");
    fail = () => reject(new Error("failed"));
  });
  return { promise, open, fail };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a keyed queue", () => {
  test("answers at once, with no promise, if no work of the key is under way", async () => {
    const queue = new KeyedQueue();
    const other = gate();
    const pending = queue.run("other", () => other.promise);
    expect(queue.run("k", () => 1)).toBe(1);
    expect(queue.run(["k", "l"], () => 2)).toBe(2);
    expect(() =>
      queue.run("k", () => {
        throw new Error("now");
      }),
    ).toThrow("now");
    expect(queue.size).toBe(1);
    other.open();
    expect(await pending).toBe("done");
  });

  test("forgets a key when its work has ended", async () => {
    const queue = new KeyedQueue();
    const gates = [gate(), gate()] as const;
    const ends = [queue.run("k", () => gates[0].promise), queue.run(["k", "l"], () => gates[1].promise)];
    expect(queue.size).toBe(2);
    gates[0].open();
    gates[1].open();
    await Promise.all(ends);
    await queue.idle();
    expect(queue.size).toBe(0);
    expect(queue.tail("k")).toBeUndefined();
    expect(queue.tail(["k", "l"])).toBeUndefined();
  });

  test("runs work after earlier work that fails, and tells only the caller of the failure", async () => {
    const queue = new KeyedQueue();
    const first = gate();
    const failing = queue.run("k", () => first.promise);
    const next = queue.run("k", () => "next");
    expect(isPromise(next)).toBe(true);
    first.fail();
    await expect(failing).rejects.toThrow("failed");
    expect(await next).toBe("next");
  });

  test("lets batches of the same keys in opposite orders run, one after the other", async () => {
    const queue = new KeyedQueue();
    const seen: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await turn();
      seen.push(`${name} ends`);
    };
    await Promise.all([queue.run(["a", "b"], work("ab")), queue.run(["b", "a"], work("ba"))]);
    expect(seen).toEqual(["ab begins", "ab ends", "ba begins", "ba ends"]);
  });

  test("does not wait for work of a key that it was told to release", async () => {
    const queue = new KeyedQueue();
    const late = gate();
    const pending = queue.run("k", () => late.promise);
    const end = queue.release("k");
    expect(queue.release("k")).toBeUndefined();
    await queue.idle();
    expect(queue.run("k", () => "later")).toBe("later");
    late.open();
    await end;
    expect(await pending).toBe("done");
    expect(queue.size).toBe(0);
  });

  test("runs work of all keys after earlier work, and lets later work pass it", async () => {
    const queue = new KeyedQueue();
    const seen: string[] = [];
    const [earlier, clearing] = [gate(), gate()];
    expect(queue.afterAll(() => "at once")).toBe("at once");
    void queue.run("a", () => earlier.promise);
    const all = queue.afterAll(() => {
      seen.push("all");
      return clearing.promise;
    });
    await turn();
    expect(seen).toEqual([]);
    earlier.open();
    await turn();
    expect(seen).toEqual(["all"]);
    expect(queue.run("a", () => "later")).toBe("later");
    clearing.open();
    expect(await all).toBe("done");
  });
});

interface Work {
  readonly keys: readonly string[];
  readonly fails: boolean;
}

const work = fc.record<Work>({
  keys: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
  fails: fc.boolean(),
});

test("work of a key never overlaps, and waits in order for earlier work of its keys only", async () => {
  await assertProperty(
    fc.asyncProperty(fc.array(work, { maxLength: 12 }), fc.array(fc.nat()), async (works, choices) => {
      const queue = new KeyedQueue();
      const gates = works.map(gate);
      const begun = works.map(() => false);
      const ended = works.map(() => false);
      const answers = works.map(({ keys }, index) =>
        queue.run(keys.length === 1 ? (keys[0] as string) : keys, async () => {
          begun[index] = true;
          await gates[index]?.promise;
        }),
      );
      const settled = Promise.allSettled(answers);
      const check = (): void =>
        works.forEach(({ keys }, index) => {
          const isFree = works
            .slice(0, index)
            .every((earlier, at) => ended[at] || !earlier.keys.some((key) => keys.includes(key)));
          const facts = { works, index, begun, ended };
          if (begun[index] !== isFree) breaksLaw("work begins when its earlier work has ended", facts);
        });
      check();
      for (const choice of [...choices, ...works.map(() => 0)]) {
        const running = works.flatMap((_, index) => (begun[index] && !ended[index] ? [index] : []));
        const chosen = running[choice % running.length];
        if (chosen === undefined) break;
        ended[chosen] = true;
        if (works[chosen]?.fails) gates[chosen]?.fail();
        else gates[chosen]?.open();
        await turn();
        check();
      }
      await settled;
      expect(queue.size).toBe(0);
    }),
    { runs: 100 },
  );
});
