import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type AnyBackend, json } from "@hitbox/core";
import { keyv6 } from "@hitbox/keyv-6";
import { memory } from "@hitbox/memory";
import keyvTestSuite, { keyvApiTests, keyvIteratorTests, keyvNamespaceTest } from "@keyv/test-suite";
import Keyv from "keyv";
import * as vitest from "vitest";
import { type CacheLike, toKeyv } from "../src/index.ts";

const bytes = (): AnyBackend => memory({ maxEntries: 1_000, format: json() });

const SOURCES: readonly (readonly [name: string, source: AnyBackend | CacheLike])[] = [
  ["a backend", bytes()],
  ["a composition", compose(memory({ maxEntries: 1_000 }), bytes())],
  ["a cache", createCache({ backend: memory({ maxEntries: 1_000 }), ttl: "1h" })],
];

// Keyv's own published tests, of which each opens a store on the same entries.
vitest.describe.each(SOURCES)("Keyv 5 over %s", (_, source) => {
  const store = () => toKeyv(source);
  keyvTestSuite(vitest as never, Keyv, store);
  keyvIteratorTests(vitest as never, Keyv, store);
});

/** A Keyv 6 answers it with an array. */
const OF_5 = ".deleteMany([keys]) with nonexistent keys resolves to false";
const it = (name: string, run: () => Promise<void>) => name !== OF_5 && vitest.it(name, run);

// The suites of values and of the iterator are for Keyv 5 alone: they use its options.
if (keyv6) {
  const { Keyv } = keyv6;
  vitest.describe.each(SOURCES)("Keyv 6 over %s", (_, source) => {
    const store = () => toKeyv(source, { version: 6 });
    keyvApiTests({ ...vitest, it } as never, Keyv as never, store);
    keyvNamespaceTest(vitest as never, Keyv as never, store);
  });
}
