import { type Life, type Store, storeBackend } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { describe, test } from "vitest";
import { backendConformance } from "../src/index.ts";
import { mapStore, type Space, storeHooks } from "./support/map-store.ts";

const COMPARE: (keyof Store)[] = ["getVersion", "compareAndSet"];
const BATCHES: (keyof Store)[] = ["getMany", "setMany", "deleteMany"];
const ALL: (keyof Store)[] = [...COMPARE, ...BATCHES, "getAndDelete", "clear", "list"];

const STORES: Readonly<Record<string, { members: (keyof Store)[]; extra?: Partial<Store> }>> = {
  "with everything": { members: ALL },
  "with short keys, which it lists": {
    members: ["list", "clear"],
    extra: { keys: { maxBytes: 4_096, allowed: /[\w=.-]/, escape: "=" } },
  },
  "with get, set and delete alone": { members: [] },
  "with small batches": { members: ALL, extra: { maxBatch: 7 } },
  "with a compare-and-set": { members: COMPARE },
  "with short keys of few characters": {
    members: ["clear"],
    extra: { keys: { maxBytes: 250, allowed: /[!-~]/ } },
  },
  "with a limit on bytes": { members: [...COMPARE, "clear"], extra: { maxBytes: 1_000_000 } },
};

describe.concurrent.each(quickly(Object.entries(STORES), 2))("a store %s", (_, { members, extra }) => {
  const spaces = new Map<string, Space>();
  backendConformance({
    test,
    ...(extra?.keys === undefined && { raw: storeHooks(spaces) }),
    open: (name) => {
      const keys = { ...extra?.keys, prefix: `${name}:` };
      return storeBackend({ ...mapStore(spaces, members), ...extra, keys });
    },
  });
});

describe.concurrent("a store that counts in seconds", () => {
  const spaces = new Map<string, Space>();
  const seconds = ({ seconds, ...life }: Life): Life => {
    const ms = seconds === undefined ? undefined : seconds * 1_000;
    return { ...life, seconds, ms, until: ms === undefined ? undefined : Date.now() + ms };
  };
  backendConformance({
    test,
    raw: storeHooks(spaces),
    open: (name) => {
      const store = mapStore(spaces, ["clear", ...COMPARE]);
      return storeBackend({
        ...store,
        keys: { prefix: `${name}:` },
        set: (key, bytes, life) => store.set(key, bytes, seconds(life)),
      });
    },
  });
});
