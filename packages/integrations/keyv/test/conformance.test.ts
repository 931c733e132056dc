import { backendConformance } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { quickly } from "@hitbox/test-support";
import Keyv from "keyv";
import { describe, test } from "vitest";
import { fromKeyv, toKeyv } from "../src/index.ts";
import { storeOfVersion6 } from "./support.ts";

const KEYVS = [
  ["a Keyv over a Map", () => new Keyv({ throwOnErrors: true })],
  [
    "a Keyv with a namespace and an end of its own",
    () => new Keyv({ throwOnErrors: true, namespace: "own", ttl: 1 }),
  ],
  [
    "a Keyv over a hitbox tier",
    () => new Keyv({ throwOnErrors: true, store: toKeyv(memory({ maxEntries: 20_000 })) }),
  ],
  ["a Keyv of version 6", storeOfVersion6],
] as const;

describe.each(quickly<(typeof KEYVS)[number]>(KEYVS, 1))("%s", (_, open) => {
  const keyv = open();
  backendConformance({
    test,
    awkwardSpaces: [":", " ", "::a"],
    open: (prefix) => fromKeyv(keyv, { shared: true, persistent: true, prefix }),
  });
});
