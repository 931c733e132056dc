import {
  type Backend,
  BackendError,
  chain,
  checkOption,
  isCacheBackend,
  type MaybePromise,
  type StoredValue,
} from "@hitbox/core";
import { damaged } from "./faulty-damage.ts";
import { type Drawn, faultDraw } from "./faulty-draw.ts";
import {
  errorOf,
  type FaultyOperation,
  type FaultyOptions,
  faultySettings,
  OPERATIONS,
} from "./faulty-options.ts";

/** A backend that fails as it is told. */
export interface Faulty<Raw = Uint8Array> extends Backend<Raw> {
  /** Number of calls of each operation so far, with faults or without. */
  readonly calls: Readonly<Record<FaultyOperation, number>>;
  /** Lets every operation that hangs go on to the backend. Those that hang later wait for the next release. */
  release(): void;
}

/**
 * Adds faults to `backend`: failures, lost replies, delays, hangs and damaged payloads, by script or by
 * seeded chance. Use it to test code over a backend. Without a fault, an operation is that of the backend,
 * and as synchronous. A failure is thrown synchronously.
 *
 * Payloads are damaged after the adapter has read and checked them, so a flipped bit may decode to another
 * value.
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const flaky = faulty(memory({ maxEntries: 1_000 }), { chance: { fail: 0.1, delay: 0.2 }, seed: 42 });
 */
export function faulty<Raw>(backend: Backend<Raw>, options: FaultyOptions = {}): Faulty<Raw> {
  checkOption(typeof backend?.read === "function", "backend", backend, "must be a raw backend");
  checkOption(!isCacheBackend(backend), "backend", backend, "must be a raw backend, not a typed one");
  const settings = faultySettings(options);
  const draw = faultDraw(settings);
  const calls = Object.fromEntries(OPERATIONS.map((name) => [name, 0])) as Record<FaultyOperation, number>;
  const hung = new Hung();
  const meet: Meet = (operation, keys, run, damage) => {
    calls[operation] += 1;
    const drawn = draw(operation, keys, calls[operation]);
    return suffer(drawn, hung, run, (answer, how) => {
      checkOption(damage !== undefined, "script", how, `can befall read and readMany only, not ${operation}`);
      return damage(answer, how, drawn.seed);
    });
  };
  return Object.freeze({ ...faultyOperations(backend, meet), calls, release: () => hung.release() });
}

/** A miss, and an entry that the adapter could not read, are as they were. */
function damagedEntry<Entry extends StoredValue<unknown> | BackendError | undefined>(
  entry: Entry,
  how: "corrupt" | "truncate",
  seed: number,
): Entry {
  return entry === undefined || BackendError.is(entry) ? entry : (damaged(entry, how, seed) as Entry);
}

type Damage<T> = (answer: T, how: "corrupt" | "truncate", seed: number) => T;

type Meet = <T>(
  operation: FaultyOperation,
  keys: readonly string[],
  run: () => MaybePromise<T>,
  damage?: Damage<T>,
) => MaybePromise<T>;

class Hung {
  #released: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#released.push(resolve));
  }

  release(): void {
    const waiting = this.#released;
    this.#released = [];
    for (const go of waiting) go();
  }
}

function suffer<T>(
  { fault }: Drawn,
  hung: Hung,
  run: () => MaybePromise<T>,
  damage: (answer: T, how: "corrupt" | "truncate") => T,
): MaybePromise<T> {
  if (fault === undefined) return run();
  if (fault === "hang") return hung.wait().then(run);
  if (typeof fault === "string") return chain(run(), (answer) => damage(answer, fault));
  if ("delay" in fault) return new Promise((resolve) => setTimeout(resolve, fault.delay)).then(run);
  const fail = (): never => {
    throw errorOf(fault.fail);
  };
  return fault.effect === "done" ? chain(run(), fail) : fail();
}

function faultyOperations<Raw>(backend: Backend<Raw>, meet: Meet): Backend<Raw> {
  const { label, supports, keyFormat, valueFormat, compressor } = backend;
  const watch = backend.watch?.bind(backend);
  const keys = backend.keys?.bind(backend);
  const classify = backend.classify?.bind(backend);
  const close = backend.close?.bind(backend);
  return {
    ...{ label, supports, keyFormat, valueFormat, compressor },
    read: (key) => meet("read", [key], () => backend.read(key), damagedEntry),
    write: (key, value, origin) => meet("write", [key], () => backend.write(key, value, origin)),
    remove: (key, origin) => meet("remove", [key], () => backend.remove(key, origin)),
    ...faultyBatches(backend, meet),
    ...faultyLeases(backend, meet),
    ...(keys && { keys: (listing) => meet("keys", [], () => keys(listing)) }),
    ...(watch && { watch }),
    ...(classify && { classify }),
    ...(close && { close }),
  };
}

function faultyBatches<Raw>(backend: Backend<Raw>, meet: Meet): Partial<Backend<Raw>> {
  const readMany = backend.readMany?.bind(backend);
  const writeMany = backend.writeMany?.bind(backend);
  const removeMany = backend.removeMany?.bind(backend);
  const clear = backend.clear?.bind(backend);
  return {
    ...(readMany && {
      readMany: (keys) =>
        meet(
          "readMany",
          keys,
          () => readMany(keys),
          (read, how, seed) => read.map((stored, index) => damagedEntry(stored, how, seed + index)),
        ),
    }),
    ...(writeMany && {
      writeMany: (entries, origin) => {
        const keys = entries.map(([key]) => key);
        return meet("writeMany", keys, () => writeMany(entries, origin));
      },
    }),
    ...(removeMany && {
      removeMany: (keys, origin) => meet("removeMany", keys, () => removeMany(keys, origin)),
    }),
    ...(clear && { clear: (origin) => meet("clear", [], () => clear(origin)) }),
  };
}

function faultyLeases<Raw>(backend: Backend<Raw>, meet: Meet): Partial<Backend<Raw>> {
  const lease = backend.lease?.bind(backend);
  const writeFenced = backend.writeFenced?.bind(backend);
  const releaseLease = backend.releaseLease?.bind(backend);
  return {
    ...(lease && { lease: (key, ms) => meet("lease", [key], () => lease(key, ms)) }),
    ...(writeFenced && {
      writeFenced: (key, value, fence, origin) =>
        meet("writeFenced", [key], () => writeFenced(key, value, fence, origin)),
    }),
    ...(releaseLease && {
      releaseLease: (key, fence) => meet("releaseLease", [key], () => releaseLease(key, fence)),
    }),
  };
}
