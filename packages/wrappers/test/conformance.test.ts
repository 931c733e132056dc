import { backendConformance } from "@hitbox/conformance";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, test } from "vitest";
import { WRAPPERS } from "./every-wrapper.ts";

describe.concurrent.each(Object.entries(WRAPPERS))("%s", (_, wrap) => {
  backendConformance({ test, name: "around memory", open: () => wrap(memory({ maxEntries: 20_000 })) });
  backendConformance({
    test,
    name: "around memory of bytes",
    open: () => wrap(memory({ maxEntries: 20_000, format: json() })),
  });
});
