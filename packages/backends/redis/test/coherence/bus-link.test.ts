import { expect, it } from "vitest";
import { BusLink, type BusLinkSettings } from "../../src/coherence/bus/bus-link.ts";
import { encodeMessage } from "../../src/coherence/bus/bus-message.ts";
import { BusSenders } from "../../src/coherence/bus/bus-senders.ts";
import type { SideSettings } from "../../src/connection/client-port.ts";

const settled = (): Promise<void> => new Promise(setImmediate);

/** A node with the subscriptions on it. */
class Node {
  readonly address: string;
  readonly heard: SideSettings[] = [];
  readonly open: SideSettings[] = [];

  constructor(address: string) {
    this.address = address;
  }

  beside(settings: SideSettings) {
    return {
      connect: async () => {},
      subscribe: async () => {
        this.heard.push(settings);
        this.open.push(settings);
      },
      close: () => void this.open.splice(this.open.indexOf(settings) >>> 0, 1),
    };
  }

  say(message: { from: string; seq: number; keys?: readonly string[] }): void {
    for (const { heard } of this.open)
      heard?.("changes", Buffer.from(encodeMessage({ every: 50, ...message })));
  }
}

/** A link to `first`, in a cluster whose owner is `first` until `move` is called. */
function linked() {
  const [first, second] = [new Node("a:6379"), new Node("b:6379")];
  let owner = first;
  const sayTo = { current: first };
  const notes: string[] = [];
  const failed: unknown[] = [];
  const settings = {
    ...{ channel: "changes", timeout: 100, heartbeat: 50 },
    connection: { port: { topology: "cluster" } },
    server: { choose: () => owner, look: async () => owner, failed: (node: unknown) => failed.push(node) },
    publisher: { id: "own", beat: async () => sayTo.current.say({ from: "own", seq: 0 }) },
    senders: new BusSenders(),
  } as unknown as BusLinkSettings;
  const link = new BusLink(settings, {
    changed: (keys) => void notes.push(...(keys === "all" ? ["<all>"] : keys)),
    over: () => void notes.push("<over>"),
  });
  const move = (): void => {
    owner = second;
  };
  return { link, first, second, notes, failed, sayTo, move };
}

it("is ready when it has heard its own sign of life, and then hears the changes of others", async () => {
  const { link, first, notes } = linked();
  await link.ready;
  first.say({ from: "other", seq: 1, keys: ["a"] });
  first.say({ from: "other", seq: 3, keys: ["c"] });
  expect(notes).toEqual(["a", "<all>"]);
  link.close();
  expect(first.open).toEqual([]);
});

it("is over with its subscription", async () => {
  const { link, first, notes } = linked();
  await link.ready;
  first.heard[0]?.over?.();
  expect(notes).toEqual(["<over>"]);
  link.close();
});

it("moves to a new owner when it hears there, and is over with the subscription there alone", async () => {
  const { link, first, second, notes, sayTo, move } = linked();
  await link.ready;
  move();
  await link.probe();
  await settled();
  expect([first.open.length, second.open.length]).toEqual([1, 1]);
  sayTo.current = second;
  await link.probe();
  expect([first.open.length, second.open.length]).toEqual([0, 1]);
  first.heard[0]?.over?.();
  await link.probe();
  await settled();
  expect([first.open.length, second.open.length]).toEqual([0, 1]);
  second.say({ from: "other", seq: 1, keys: ["a"] });
  expect(notes).toEqual(["a"]);
  second.heard[0]?.over?.();
  expect(notes).toEqual(["a", "<over>"]);
  link.close();
});

it("opens no subscription at a new owner once it is closed", async () => {
  const { link, second, move } = linked();
  await link.ready;
  move();
  const probe = link.probe();
  link.close();
  await settled();
  expect(second.heard).toEqual([]);
  await Promise.race([probe, settled()]);
});

it("blames the server for a close before anything was heard, and not after that", async () => {
  const deaf = linked();
  deaf.sayTo.current = deaf.second;
  await settled();
  deaf.link.close();
  expect(deaf.failed).toEqual([deaf.first]);
  const { link, failed } = linked();
  await link.ready;
  link.close();
  expect(failed).toEqual([]);
});
