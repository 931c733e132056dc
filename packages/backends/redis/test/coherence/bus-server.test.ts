import { expect, it } from "vitest";
import { addressOf, BusServer } from "../../src/coherence/bus-server.ts";
import type { CoherenceSettings } from "../../src/coherence/coherence.ts";
import type { CoherentClient } from "../../src/coherence/coherent-client.ts";

function node(host: string): CoherentClient {
  return { status: "wait", options: { host, port: 6379 } } as unknown as CoherentClient;
}

/** Of a cluster in which nothing has been connected to, whose owner answers as `run` does. */
function serverAmong(
  hosts: readonly string[],
  run: () => Promise<void>,
): { server: BusServer; own(host: string): void } {
  const nodes = hosts.map(node);
  const slots: string[][] = [];
  const own = (host: string): void =>
    void slots.splice(0, slots.length, ...Array(16_384).fill([`${host}:6379`]));
  const client = { isCluster: true, slots, nodes: () => nodes };
  const settings = { client, connection: { run } } as unknown as CoherenceSettings;
  return { server: new BusServer(settings, "channel"), own };
}

const silent = async (): Promise<void> => {
  throw new Error("no answer");
};

it("an owner that has failed is not chosen where no other has been connected to, either", async () => {
  const { server, own } = serverAmong(["a", "b", "c"], silent);
  own("a");
  server.failed(server.choose());
  await server.look();
  const chosen = Array.from({ length: 100 }, () => addressOf(server.choose()));
  expect(chosen).not.toContain("a:6379");
});

it("an owner that has failed is chosen where there is no other", async () => {
  const { server, own } = serverAmong(["a"], silent);
  own("a");
  server.failed(server.choose());
  await server.look();
  expect(addressOf(server.choose())).toBe("a:6379");
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
  expect(addressOf(server.choose())).toBe("b:6379");
});
