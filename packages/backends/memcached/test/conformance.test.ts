import { backendConformance } from "@hitbox/conformance";
import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, test } from "vitest";
import { memcached } from "../src/index.ts";
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

const WAYS: readonly (readonly [name: string, addresses: () => string[]])[] = [
  ["three servers", () => servers.map(({ address }) => address)],
  ["a server of the text protocol", () => [old.address]],
  ["a server", () => servers.slice(0, 1).map(({ address }) => address)],
];

describe.each(quickly(WAYS, 1))("over %s", (_, addresses) => {
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => memcached({ servers: addresses(), prefix, timeout: 20_000 }),
  });
});
