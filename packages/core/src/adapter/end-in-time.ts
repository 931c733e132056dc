import { setTimeout as wait } from "node:timers/promises";

/** Connections that end when their statements have been answered, or at once. */
export interface Ending {
  end(): Promise<unknown>;
  destroy(): void;
}

/** Ends connections, and breaks them if they have not ended within `ms` milliseconds. Never rejects. */
export async function endInTime(connections: Ending, ms: number): Promise<void> {
  const ended = connections.end().then(
    () => true,
    () => false,
  );
  const hasEnded = await Promise.race([ended, wait(ms, false, { ref: false })]);
  if (!hasEnded) connections.destroy();
}
