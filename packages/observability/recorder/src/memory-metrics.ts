import type { Families } from "./families.ts";
import type { MemoryChanged } from "./messages.ts";

/** One memory tier, which is not kept from being collected. */
interface Source {
  readonly memory: WeakRef<MemoryChanged>;
  evictions: number;
}

/** Asks the memory tiers that have told of a change, when the metrics are read. Bounded. */
export class MemoryMetrics {
  readonly #families: Families;
  readonly #most: number;
  readonly #known = new WeakSet<MemoryChanged>();
  #sources: Source[] = [];

  constructor(families: Families, most: number) {
    this.#families = families;
    this.#most = most;
  }

  /** A tier has changed. Only its first message counts. */
  note(memory: MemoryChanged): void {
    if (this.#known.has(memory) || this.#sources.length >= this.#most) return;
    this.#known.add(memory);
    this.#sources.push({ memory: new WeakRef(memory), evictions: 0 });
  }

  /** Reads the numbers of all tiers. Tiers of one label are added up. */
  refresh(): void {
    const { memoryBytes, memoryEntries } = this.#families;
    for (const family of [memoryBytes, memoryEntries]) for (const series of family.series) series.value = 0;
    this.#sources = this.#sources.filter((source) => this.#isAdded(source));
  }

  #isAdded(source: Source): boolean {
    const memory = source.memory.deref();
    if (memory === undefined) return false;
    const { memoryBytes, memoryEntries, memoryEvictions } = this.#families;
    const { backend } = memory;
    const { entries, bytes, evictions } = memory.stats();
    memoryEntries.of(backend).value += entries;
    if (bytes !== undefined) memoryBytes.of(backend).value += bytes;
    memoryEvictions.of(backend).value += evictions - source.evictions;
    source.evictions = evictions;
    return true;
  }
}
