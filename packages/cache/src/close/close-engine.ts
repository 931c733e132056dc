import { BackendError } from "@hitbox/core";
import type { KeyedQueue, TierBackend } from "@hitbox/core/tier";
import type { KeyStates } from "../keys/key-states.ts";
import { LONGEST_TIMER_MS } from "../policy/timeout.ts";
import type { TagIndex } from "../tags/tag-index.ts";
import type { PendingDeletes } from "../write/pending-deletes.ts";
import { loadsOf } from "./idle.ts";
import type { Waits } from "./waits.ts";
import type { WorkUnderWay } from "./work-under-way.ts";

/** The parts of a cache that a close has to look after. */
export interface Closable {
  readonly backend: TierBackend;
  /** Called once: whether no other cache or composition uses the backend. */
  isLast(): boolean;
  readonly tags: TagIndex;
  readonly keys: KeyStates;
  readonly writes: KeyedQueue;
  readonly pending: PendingDeletes;
  readonly work: WorkUnderWay;
  readonly waits: Waits;
  /** In milliseconds. */
  readonly closeTimeout: number;
  closedError(): BackendError;
}

/**
 * Ends loads, finishes everything else that has begun, and closes the backend if nobody else uses it.
 *
 * @throws BackendError for changes that did not end in time, or did not reach their tier.
 */
export async function closeEngine(engine: Closable): Promise<void> {
  const { backend, closeTimeout, keys, pending, waits, work } = engine;
  const closed = engine.closedError();
  for (const flight of [...keys.flights]) if (flight.phase === "loading") flight.abort(closed);
  const start = performance.now();
  await within(closeTimeout, finish(engine));
  for (const flight of [...keys.flights]) flight.abort(closed);
  waits.abortAll(closed);
  const { lastError } = pending;
  const [unfinished, undelivered] = [[...work.names], pending.abandonAll()];
  engine.tags.close();
  const closing = engine.isLast() ? backend.close() : Promise.resolve();
  const left = Math.max(0, closeTimeout - (performance.now() - start));
  const isClosed = await within(left, closing);
  if (unfinished.length + undelivered.length > 0) throw gaveUp(engine, unfinished, undelivered, lastError);
  if (!isClosed) throw tooLate(engine);
}

async function finish({ keys, pending, waits, work, writes }: Closable): Promise<void> {
  await Promise.all([loadsOf(keys), waits.idle(), work.idle(), writes.idle()]);
  await pending.close();
  await work.idle();
}

/** True if the work ended in time. @throws its error, if it failed in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS), false);
  });
  work.catch(() => {});
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function gaveUp(
  { backend, closeTimeout }: Closable,
  unfinished: readonly string[],
  undelivered: readonly string[],
  cause: unknown,
): BackendError {
  const isLate = unfinished.length > 0;
  const late = isLate ? [`${counted(unfinished)} did not end within ${closeTimeout} ms`] : [];
  const away = undelivered.length > 0 ? [`${counted(undelivered)} did not reach a tier, ${OLD_ENTRY}`] : [];
  const message = `${backend.label}: the close gave up changes: ${[...late, ...away].join("; ")}`;
  const code = !isLate && BackendError.is(cause) ? cause.code : "timeout";
  return new BackendError(code, message, { backend: backend.label, retryable: false, cause });
}

const OLD_ENTRY = "whose old entry stays there until its own time to live ends";

function tooLate({ backend, closeTimeout }: Closable): BackendError {
  const message = `${backend.label}: the backend did not close within ${closeTimeout} ms, and is still closing`;
  return new BackendError("timeout", message, { backend: backend.label, retryable: false });
}

/** `["set", "set", "delete"]` as `set (2), delete (1)`. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Array.from(counts, ([name, count]) => `${name} (${count})`).join(", ");
}
