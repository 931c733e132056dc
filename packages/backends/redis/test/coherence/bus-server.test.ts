import { expect, it } from "vitest";
import { BusServer } from "../../src/coherence/bus/bus-server.ts";
import type { CoherenceSettings } from "../../src/coherence/coherence.ts";

/** The server of a cluster in which no node has been connected to, whose owner answers as `run` does. */
function serverAmong(
  hosts: readonly string[],
  run: () => Promise<void>,
): { server: BusServer; own(host: string): void } {
  const nodes = hosts.map((host) => ({ address: `${host}:6379`, isReady: false }));
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
