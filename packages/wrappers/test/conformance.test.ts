import { backendConformance } from "@hitbox/conformance";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { quickly } from "@hitbox/test-support";
import { describe, test } from "vitest";
import { WRAPPERS } from "./every-wrapper.ts";

describe.concurrent.each(quickly(Object.entries(WRAPPERS), 3))("%s", (_, wrap) => {
  backendConformance({ test, name: "around memory", open: () => wrap(memory({ maxEntries: 20_000 })) });
  backendConformance({
    test,
    name: "around memory of bytes",
    open: () => wrap(memory({ maxEntries: 20_000, format: json() })),
  });
});
