import { backendConformance } from "@hitbox/conformance";
import { type Keyv6Packages, keyv6 } from "@hitbox/keyv-6";
import { memory } from "@hitbox/memory";
import { quickly } from "@hitbox/test-support";
import Keyv from "keyv";
import { describe, test } from "vitest";
import { fromKeyv, type KeyvLike, toKeyv } from "../src/index.ts";
import { storeOfVersion6 } from "./support.ts";

type Row = readonly [name: string, open: () => KeyvLike];

const tier = () => memory({ maxEntries: 20_000 });

/** The quick tests play the first row: on the versions of Node that Keyv 6 runs on, a store of Keyv 6. */
const OF_6 = keyv6 ? rowsOf6(keyv6) : [];

function rowsOf6({ Keyv, KeyvSqlite }: Keyv6Packages): readonly Row[] {
  const store = () => new KeyvSqlite({ uri: "sqlite://:memory:", driver: "node:sqlite" });
  return [
    ["a Keyv 6 over @keyv/sqlite", () => new Keyv({ store: store(), namespace: "own" })],
    ["a Keyv 6 over a Map", () => new Keyv({ namespace: "own" })],
  ];
}

const KEYVS: readonly Row[] = [
  ...OF_6,
  ["a Keyv over a Map", () => new Keyv({ throwOnErrors: true })],
  [
    "a Keyv with a namespace and an end of its own",
    () => new Keyv({ throwOnErrors: true, namespace: "own", ttl: 1 }),
  ],
  ["a Keyv over a hitbox tier", () => new Keyv({ throwOnErrors: true, store: toKeyv(tier()) })],
  ["a Keyv of version 6", storeOfVersion6],
];

describe.each(quickly(KEYVS, 1))("%s", (_, open) => {
  const keyv = open();
  backendConformance({
    test,
    awkwardSpaces: [":", " ", "::a"],
    open: (prefix) => fromKeyv(keyv, { shared: true, persistent: true, prefix }),
  });
});
