import type { Backend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { circuitBreaker, deadline, prefixed, retry, shadow, switchable } from "../src/index.ts";

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;

/** Each wrapper, and all of them around each other, with deadlines that no busy machine reaches. */
export const WRAPPERS = {
  "all of them": (backend) => {
    const switched = shadow(switchable(backend), candidateOf(backend));
    return prefixed(retry(circuitBreaker(deadline(switched, { after: 60_000 }))), "tenant:");
  },
  switchable: (backend) => switchable(backend),
  shadow: (backend) => shadow(backend, candidateOf(backend)),
  deadline: (backend) => deadline(backend, { after: 60_000 }),
  circuitBreaker: (backend) => circuitBreaker(backend),
  retry: (backend) => retry(backend),
  prefixed: (backend) => prefixed(backend, "tenant:"),
} satisfies Readonly<Record<string, Wrap>>;

function candidateOf({ valueFormat }: Backend<unknown>): Backend<unknown> {
  return memory({ maxEntries: 20_000, format: valueFormat });
}
