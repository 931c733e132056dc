import { backendConformance } from "@hitbox/conformance";
import { type Memcached, Relays, startMemcached } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, test } from "vitest";
import { memcached } from "../src/index.ts";
import { beneath } from "./beneath.ts";
import { asOld, type Pretender } from "./support.ts";

// Beginnings of other prefixes, and colons that the separator must not be confused with.
const awkwardSpaces = [":a", "a:b", "%", "%%", "%3A", "*", "{a}", "a-z"];

let servers: Memcached[];
let old: Pretender;
beforeAll(async () => {
  servers = await Promise.all([startMemcached(), startMemcached(), startMemcached()]);
  old = await asOld((servers[0] as Memcached).port);
});
afterAll(async () => {
  old.close();
  await Promise.all(servers.map((server) => server.close()));
});

const portsOf = (some: readonly Memcached[]): number[] => some.map(({ port }) => port);

/** The ports that backends connect to, and those of the servers behind them. */
const WAYS: readonly (readonly [name: string, ports: () => number[], behind: () => number[]])[] = [
  ["three servers", () => portsOf(servers), () => portsOf(servers)],
  ["a server of the text protocol", () => [old.port], () => portsOf(servers.slice(0, 1))],
  ["a server", () => portsOf(servers.slice(0, 1)), () => portsOf(servers.slice(0, 1))],
];

describe.each(quickly(WAYS, 1))("over %s", (_, ports, behind) => {
  const relays = new Relays();
  afterAll(() => relays.close());
  backendConformance({
    test,
    awkwardSpaces,
    async open(prefix) {
      const before = await relays.of(prefix, ports());
      const addresses = before.map(({ port }) => `127.0.0.1:${port}`);
      return memcached({ servers: addresses, prefix, timeout: 20_000 });
    },
    raw: beneath(relays, behind),
  });
});
