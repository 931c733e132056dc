import { compose } from "@hitbox/composition";
import { type AnyBackend, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import Keyv from "keyv";
import * as vitest from "vitest";
import { toKeyv } from "../src/index.ts";

const bytes = (): AnyBackend => memory({ maxEntries: 1_000, format: json() });

const TIERS: readonly (readonly [name: string, backend: AnyBackend])[] = [
  ["a backend", bytes()],
  ["a composition", compose(memory({ maxEntries: 1_000 }), bytes())],
];

// Keyv's own published tests, of which each opens a store on the same entries.
vitest.describe.each(TIERS)("Keyv over %s", (_, backend) => {
  const store = () => toKeyv(backend);
  keyvTestSuite(vitest as never, Keyv, store);
  keyvIteratorTests(vitest as never, Keyv, store);
});
