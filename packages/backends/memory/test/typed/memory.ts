// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import { type Backend, json, typedJson } from "@hitbox/core";
import {
  type EvictReason,
  frozen,
  type MemoryBackend,
  type MemoryOptions,
  type MemoryStats,
  memory,
  reference,
} from "@hitbox/memory";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;
declare const configured: { readonly bytes?: number | undefined };

is<MemoryBackend>()(memory({ maxEntries: 10 }), true);
is<MemoryBackend>()(memory({ maxEntries: 10, maxBytes: configured.bytes, format: frozen() }), true);
is<MemoryBackend>()(memory({ maxBytes: 5, format: json() }), true);
is<MemoryBackend>()(memory({ maxEntries: 10, format: reference(), label: "near", now: () => 1 }), true);
is<MemoryStats>()(memory({ maxEntries: 10 }).stats(), true);
export const store: Backend<unknown> = memory({ maxBytes: 5, format: typedJson() });
export const options: MemoryOptions = {
  maxEntries: 10,
  onEvict: (key, value, reason) => {
    is<string>()(key, true);
    is<unknown>()(value, true);
    is<EvictReason>()(reason, true);
  },
};

// @ts-expect-error an option that there is not
memory({ maxEntrys: 10 });
// @ts-expect-error a number is needed
memory({ maxEntries: "10" });
