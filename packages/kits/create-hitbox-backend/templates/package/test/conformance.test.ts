import { test } from "node:test";
import { backendConformance } from "@hitbox/conformance";
import { MyStoreClient } from "../src/client.js";
import { myStore } from "../src/index.js";

const url = process.env.MY_STORE_URL ?? "my-store://localhost";
/** For the hooks alone, which look at the store beneath the adapter. */
const client = new MyStoreClient(url);

backendConformance({
  test,
  // Each case has a space of its own, which the prefix keeps apart. Some cases write 1,200 entries at once:
  // the deadline of a call is longer than in a service.
  open: (space) => myStore({ url, prefix: `${space}:`, timeout: 60_000 }),
  raw: {
    client: "own",
    bytes: (space, key) => client.get(`${space}:${key}`),
    timeToLive: (space, key) => client.timeToLive(`${space}:${key}`),
  },
});
