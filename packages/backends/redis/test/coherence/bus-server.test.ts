import { expect, it } from "vitest";
import { BusServer } from "../../src/coherence/bus/bus-server.ts";
import type { CoherenceSettings } from "../../src/coherence/coherence.ts";

/**
 * The server of a cluster whose owner answers as `run` does. No node has been connected to but those in
 * `ready`.
 */
function serverAmong(
  hosts: readonly string[],
  run: () => Promise<void>,
  ready: readonly string[] = [],
): { server: BusServer; own(host: string): void } {
  const nodes = hosts.map((host) => ({ address: `${host}:6379`, isReady: ready.includes(host) }));
  let owner = "";
  const own = (host: string): void => {
    owner = `${host}:6379`;
  };
  const port = { topology: "cluster", keyPrefix: "", masterOf: () => owner, nodes: () => nodes };
  const settings = { connection: { port, run } } as unknown as CoherenceSettings;
  return { server: new BusServer(settings, "channel"), own };
}

const silent = async (): Promise<void> => {
  throw new Error("no answer");
};

it("an owner that has failed is not chosen, even if no other node has been connected to", async () => {
  const { server, own } = serverAmong(["a", "b", "c"], silent);
  own("a");
  server.failed(server.choose());
  await server.look();
  const chosen = Array.from({ length: 100 }, () => server.choose().address);
  expect(chosen).not.toContain("a:6379");
});

it("an owner that has failed is chosen if there is no other node", async () => {
  const { server, own } = serverAmong(["a"], silent);
  own("a");
  server.failed(server.choose());
  await server.look();
  expect(server.choose().address).toBe("a:6379");
});

it("an owner that came while the last one was silent is chosen at once", async () => {
  let fail: () => void = () => {};
  const silence = new Promise<void>((_, reject) => {
    fail = () => reject(new Error("no answer"));
  });
  const { server, own } = serverAmong(["a", "b"], () => silence);
  own("a");
  const look = server.look();
  own("b");
  fail();
  await look;
  expect(server.choose().address).toBe("b:6379");
});

const chosenBy = (server: BusServer, times = 100): ReadonlySet<string> =>
  new Set(Array.from({ length: times }, () => server.choose().address));

it("a node in the place of the owner is kept, so that no message overtakes another", async () => {
  const { server, own } = serverAmong(["a", "b", "c"], silent, ["a", "b", "c"]);
  own("a");
  server.failed(server.choose());
  await server.look();
  const chosen = chosenBy(server);
  expect(chosen.size).toBe(1);
  expect(chosen).not.toContain("a:6379");
});

it("a node in the place of the owner is not kept once it has failed", async () => {
  const { server, own } = serverAmong(["a", "b", "c"], silent, ["a", "b", "c"]);
  own("a");
  server.failed(server.choose());
  await server.look();
  const chosen = new Set<string>();
  for (let time = 0; time < 100; time++) {
    const node = server.choose();
    chosen.add(node.address);
    server.failed(node);
    await server.look();
  }
  expect([...chosen].sort()).toEqual(["b:6379", "c:6379"]);
});

it("an owner that answers again is chosen again", async () => {
  let run = silent;
  const { server, own } = serverAmong(["a", "b"], () => run());
  own("a");
  server.failed(server.choose());
  expect(await server.look()).toBeUndefined();
  expect(chosenBy(server)).toEqual(new Set(["b:6379"]));
  run = async () => {};
  expect((await server.look())?.address).toBe("a:6379");
  expect(chosenBy(server)).toEqual(new Set(["a:6379"]));
});

it("a failure of another node says nothing about the owner", async () => {
  const { server, own } = serverAmong(["a", "b"], async () => {});
  own("b");
  const other = server.choose();
  own("a");
  server.failed(other);
  server.failed(undefined);
  expect(server.choose().address).toBe("a:6379");
});
