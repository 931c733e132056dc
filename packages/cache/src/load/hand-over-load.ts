import { handOver } from "../close/hand-over.ts";
import type { Policy } from "../policy/policy.ts";
import type { InFlightLoad } from "./in-flight-load.ts";

/** Hands over a load that goes on after its caller was answered: once for each function. */
export function handOverLoad<T>(flight: InFlightLoad<T>, policy: Policy): void {
  const { waitUntil } = policy;
  if (waitUntil === undefined || flight.phase === "done" || flight.handedTo.has(waitUntil)) return;
  flight.handedTo.add(waitUntil);
  handOver(flight.engine, policy, flight.key, ended(flight));
}

/** Resolves when a load has ended, and its value has been stored or its lease released. */
async function ended<T>(flight: InFlightLoad<T>): Promise<void> {
  await new Promise<void>((resolve) => flight.whenEnded(resolve));
  await Promise.allSettled(flight.afterwards);
}
