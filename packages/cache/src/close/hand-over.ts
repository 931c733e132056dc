import type { Engine } from "../engine.ts";
import type { Policy } from "../policy/policy.ts";

/** Hands background work to the platform, so that it is not frozen before the work has ended. */
export function handOver(engine: Engine, { waitUntil }: Policy, key: string, work: Promise<unknown>): void {
  if (waitUntil === undefined) return;
  const settled = work.then(ignore, ignore);
  try {
    waitUntil(settled);
  } catch (error) {
    engine.report("waitUntil", key, error);
  }
}

function ignore(): void {}
