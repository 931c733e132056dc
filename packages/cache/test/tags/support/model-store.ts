import {
  type Backend,
  BackendError,
  type BackendListener,
  type BackendSupports,
  type DeleteStatus,
  deleted,
  json,
  missing,
  passthrough,
  type StoredLease,
  type StoredValue,
  text,
} from "@hitbox/core";

/**
 * The fate of one operation. `lost`: it takes effect, and fails all the same. `late`: it fails, and takes
 * effect some time later.
 */
export type Fate = "ok" | "fail" | "lost" | "late";

/** How the store answers a request for a lease. `refused`: it declares leases, and permits none. */
export type Leases = "leases" | "no leases" | "refused";

export interface ModelStoreOptions {
  readonly leases: Leases;
  readonly watch: "watched" | "silent";
  readonly pause: (what: string) => Promise<void>;
  readonly fate: () => Fate;
}

type Stored = StoredValue<Uint8Array>;

/** A store that takes its time, before an operation takes effect and after it, fails, and loses entries. */
export class ModelStore {
  readonly entries = new Map<string, Stored>();
  readonly #fences = new Map<string, string>();
  readonly #listeners = new Set<BackendListener>();
  readonly #options: ModelStoreOptions;
  #count = 0;

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  /** The store for one process. */
  backend(): Backend<Uint8Array> {
    const { leases, watch } = this.#options;
    return {
      label: "model",
      supports: { ...SUPPORTS, lease: leases !== "no leases", watch: watch === "watched" },
      keyFormat: text(),
      valueFormat: json(),
      compressor: passthrough(),
      read: (key) => this.#run(`read ${key}`, () => this.entries.get(key)),
      write: (key, value) => this.#run(`write ${key}`, () => this.#write(key, value)),
      remove: (key) => this.#run(`remove ${key}`, () => this.#remove(key)),
      removeMany: (keys) => this.#run(`remove ${keys}`, () => keys.map((key) => this.#remove(key))),
      clear: () => this.#run("clear", () => this.lose([...this.entries.keys()])),
      ...(leases === "no leases" ? {} : this.#leasing()),
      ...(watch === "silent" ? {} : { watch: (listener) => this.#watch(listener) }),
    };
  }

  /** The entries are evicted. Fences go with them. */
  lose(keys: readonly string[]): void {
    for (const key of keys) this.#remove(key);
  }

  #leasing(): Pick<Backend<Uint8Array>, "lease" | "writeFenced" | "releaseLease"> {
    return {
      lease: (key) => this.#run(`lease ${key}`, () => this.#lease(key)),
      writeFenced: (key, value, fence) =>
        this.#run(`writeFenced ${key}`, () => {
          const holds = this.#fences.get(key) === fence;
          if (holds) this.#write(key, value);
          return holds;
        }),
      releaseLease: (key) => this.#run(`release ${key}`, () => undefined),
    };
  }

  #lease(key: string): StoredLease<Uint8Array> {
    if (this.#options.leases === "refused") throw new BackendError("internal", "NOPERM");
    const fence = this.#fences.get(key) ?? `${++this.#count}`;
    this.#fences.set(key, fence);
    return { fence, granted: true, entry: this.entries.get(key) };
  }

  #write(key: string, value: Stored): void {
    this.#fences.delete(key);
    this.entries.set(key, value);
    this.#tell(key);
  }

  #remove(key: string): DeleteStatus {
    this.#fences.delete(key);
    const isThere = this.entries.delete(key);
    if (isThere) this.#tell(key);
    return isThere ? deleted() : missing();
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) listener.changed([key], undefined);
  }

  #watch(listener: BackendListener): () => void {
    this.#listeners.add(listener);
    listener.restored();
    return () => void this.#listeners.delete(listener);
  }

  async #run<R>(what: string, act: () => R): Promise<R> {
    const { pause, fate } = this.#options;
    await pause(`${what} →`);
    const end = fate();
    if (end === "late")
      void pause(`${what} late`)
        .then(act)
        .catch(() => {});
    const result = end === "ok" || end === "lost" ? act() : undefined;
    await pause(`${what} ←`);
    if (end === "ok") return result as R;
    throw new BackendError("timeout", `${what}: ${end}`);
  }
}

const SUPPORTS: BackendSupports = {
  expiry: "none",
  shared: true,
  persistent: false,
  readMany: false,
  writeMany: false,
  removeMany: { max: 10 },
  clear: true,
};
