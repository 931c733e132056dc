import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BusMessage, decodeMessage } from "../../src/coherence/bus/bus-message.ts";
import { BusPublisher, type BusPublisherSettings } from "../../src/coherence/bus/bus-publisher.ts";
import { Warnings } from "../../src/connection/warnings.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HEARTBEAT = 1_000;

interface Published {
  readonly publisher: BusPublisher;
  readonly messages: BusMessage[];
  /** The times of the messages. */
  readonly times: number[];
  readonly warnings: string[];
  /** Answers each message from then on. */
  answer(next: () => Promise<unknown>): void;
}

/** A publisher on a bus whose server answers at once. */
function published(): Published {
  const messages: BusMessage[] = [];
  const [times, warnings]: [number[], string[]] = [[], []];
  const begun = performance.now();
  let answer: () => Promise<unknown> = async () => 1;
  const node = {
    call(_command: string, _channel: string, text: string) {
      messages.push(decodeMessage(Buffer.from(text)) as BusMessage);
      times.push(Math.round(performance.now() - begun));
      return answer();
    },
  };
  const run = ({ send }: { send: () => Promise<unknown> }) => send();
  const publisher = new BusPublisher({
    ...{ start: "shop::", channel: "shop::changes", heartbeat: HEARTBEAT, timeout: 100 },
    connection: { port: { topology: "cluster" }, run },
    server: { choose: () => node, failed: () => {}, look: async () => undefined },
    warnings: new Warnings("redis", ({ message }) => warnings.push(message)),
  } as unknown as BusPublisherSettings);
  const answerBy = (next: typeof answer): void => {
    answer = next;
  };
  return { publisher, messages, times, warnings, answer: answerBy };
}

/** Holds answers back. The function gives the latest one. */
function answersLater(answer: Published["answer"]): () => void {
  const held: ((value: unknown) => void)[] = [];
  answer(() => new Promise((resolve) => held.push(resolve)));
  return () => held.pop()?.(1);
}

const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const keysOf = (messages: readonly BusMessage[]): unknown[] => messages.map(({ keys }) => keys);
const numbersOf = (messages: readonly BusMessage[]): number[] => messages.map(({ seq }) => seq);

it("announces itself before the first change, once", async () => {
  const { publisher, messages } = published();
  publisher.announce();
  await turn();
  publisher.announce();
  await turn();
  expect(messages).toMatchObject([{ from: publisher.id, seq: 1, every: HEARTBEAT, keys: [] }]);
  await publisher.close();
});

it("announces nothing once it has told of a change, or is closed", async () => {
  const { publisher, messages } = published();
  publisher.changed(["a"]);
  await turn();
  publisher.announce();
  await publisher.close();
  const silent = published();
  await silent.publisher.close();
  silent.publisher.announce();
  await turn();
  expect([keysOf(messages), silent.messages]).toEqual([[["a"]], []]);
});

it("tells the changes of one turn together, and those meanwhile after the message under way", async () => {
  const { publisher, messages, answer } = published();
  const land = answersLater(answer);
  for (const key of ["a", "b", "a"]) publisher.changed([key]);
  await turn();
  for (const key of ["c", "d"]) publisher.changed([key]);
  await turn();
  expect(keysOf(messages)).toEqual([["a", "b"]]);
  land();
  await turn();
  expect([keysOf(messages), numbersOf(messages)]).toEqual([
    [
      ["a", "b"],
      ["c", "d"],
    ],
    [1, 2],
  ]);
  land();
  await publisher.close();
});

it("tells a failed message again, with a new number, after longer and longer pauses", async () => {
  const { publisher, messages, times, warnings, answer } = published();
  answer(() => Promise.reject(new Error("away")));
  publisher.changed(["a"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(times).toEqual([0, 3, 9, 21, 45, 70, 95]);
  publisher.changed(["b"]);
  answer(async () => 1);
  await vi.advanceTimersByTimeAsync(30);
  expect(messages.at(-1)).toMatchObject({ seq: 8, keys: ["a", "b"] });
  answer(() => Promise.reject(new Error("away")));
  publisher.changed(["c"]);
  await vi.advanceTimersByTimeAsync(4);
  expect(messages).toHaveLength(10);
  expect(warnings).toEqual([]);
  await publisher.close();
});

it("waits a second after a refusal, and says it to an operator", async () => {
  const { publisher, messages, times, warnings, answer } = published();
  answer(() => Promise.reject(new Error("NOPERM this user has no permissions to run 'publish'")));
  publisher.changed(["a"]);
  await vi.advanceTimersByTimeAsync(500);
  publisher.changed(["b"]);
  await vi.advanceTimersByTimeAsync(500);
  const told = messages.filter(({ keys }) => keys !== undefined);
  expect([keysOf(told), times.at(0), times.at(-1)]).toEqual([[["a"], ["a", "b"]], 0, 1_000]);
  expect(warnings).toEqual([expect.stringContaining("NOPERM")]);
  await publisher.close();
});

it("tells 1,000 keys in a message, and everything instead of more than 10,000 that wait", async () => {
  const { publisher, messages } = published();
  const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);
  publisher.changed(named(10_000));
  await turn();
  expect(messages.map(({ keys }) => keys?.length)).toEqual(Array(10).fill(1_000));
  expect(new Set(keysOf(messages).flat()).size).toBe(10_000);
  publisher.changed(named(10_001));
  publisher.changed(["a"]);
  await turn();
  expect(keysOf(messages).slice(10)).toEqual(["all"]);
  await publisher.close();
});

it("gives a sign of life in each heartbeat in which it has told nothing", async () => {
  const { publisher, messages } = published();
  publisher.changed(["a"]);
  await vi.advanceTimersByTimeAsync(HEARTBEAT);
  expect(messages).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(HEARTBEAT);
  expect(messages[1]).toEqual({ v: 1, from: publisher.id, seq: 1, every: HEARTBEAT });
  publisher.changed(["b"]);
  await vi.advanceTimersByTimeAsync(HEARTBEAT);
  expect(keysOf(messages)).toEqual([["a"], undefined, ["b"]]);
  await publisher.close();
  expect(vi.getTimerCount()).toBe(0);
});

it("tells what is left at its close, with no pause, and then says goodbye", async () => {
  const { publisher, messages, answer } = published();
  const land = answersLater(answer);
  publisher.changed(["a"]);
  await turn();
  publisher.changed(["b"]);
  const closed = publisher.close();
  answer(async () => 1);
  land();
  await closed;
  await publisher.sayGoodbye();
  expect(messages).toMatchObject([{ keys: ["a"] }, { keys: ["b"] }, { seq: 2, bye: true }]);
  expect(vi.getTimerCount()).toBe(0);
});

it("says no goodbye if it has told nothing, or could not tell of a change", async () => {
  const idle = published();
  await idle.publisher.close();
  await idle.publisher.sayGoodbye();
  expect(idle.messages).toEqual([]);
  const { publisher, messages, answer } = published();
  answer(() => Promise.reject(new Error("away")));
  publisher.changed(["a"]);
  await publisher.close();
  await publisher.sayGoodbye();
  expect(keysOf(messages)).toEqual([["a"]]);
  expect(vi.getTimerCount()).toBe(0);
});
