import type { Backend } from "@hitbox/core";
import { circuitBreaker, deadline, prefixed, retry } from "../src/index.ts";

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;

/** Each wrapper, and all of them around each other, with deadlines that no busy machine reaches. */
export const WRAPPERS: Readonly<Record<string, Wrap>> = {
  deadline: (backend) => deadline(backend, { after: 60_000 }),
  circuitBreaker: (backend) => circuitBreaker(backend),
  retry: (backend) => retry(backend),
  prefixed: (backend) => prefixed(backend, "tenant:"),
  "all of them": (backend) =>
    prefixed(retry(circuitBreaker(deadline(backend, { after: 60_000 }))), "tenant:"),
};
