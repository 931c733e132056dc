import { type KeyLoad, KeyState } from "./key-state.ts";
import { KeyWatch } from "./key-watch.ts";

/**
 * The state of each key with something under way, and of no other. Bounded by the loads that callers wait
 * for, and by the pending deletes.
 */
export class KeyStates {
  #states = new Map<string, KeyState>();
  /** Every load that has not ended. */
  #flights = new Set<KeyLoad>();
  /** Of the loaders that run and may answer any key. */
  readonly #watches = new Set<KeyWatch>();

  get(key: string): KeyState | undefined {
    return this.#states.size === 0 ? undefined : this.#states.get(key);
  }

  /** The state of a key that gets something under way. */
  of(key: string): KeyState {
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = new KeyState(key);
    this.#states.set(key, state);
    return state;
  }

  get flights(): ReadonlySet<KeyLoad> {
    return this.#flights;
  }

  isLoading(key: string): boolean {
    return (this.get(key)?.loads ?? 0) > 0;
  }

  begin(flight: KeyLoad): void {
    const { state } = flight;
    if (this.#watches.size > 0) this.#note(state.key);
    state.loads += 1;
    state.flight = flight;
    state.newest = flight;
    this.#flights.add(flight);
  }

  /** A load that is for its own caller, and that nobody joins. */
  beginApart(flight: KeyLoad): void {
    flight.state.loads += 1;
    this.#flights.add(flight);
  }

  end(flight: KeyLoad): void {
    const { state } = flight;
    state.loads -= 1;
    if (state.flight === flight) state.flight = undefined;
    if (state.newest === flight) state.newest = undefined;
    this.#flights.delete(flight);
    this.release(state);
  }

  /** Notes the keys that are changed, or begin to be loaded, until `work` has ended. */
  async watching<R>(work: (watch: KeyWatch) => Promise<R>): Promise<R> {
    const watch = new KeyWatch();
    this.#watches.add(watch);
    try {
      return await work(watch);
    } finally {
      this.#watches.delete(watch);
    }
  }

  /** A load of the key begins to store. */
  noteChange(key: string): void {
    if (this.#watches.size > 0) this.#note(key);
  }

  /** Keeps the state of a key with work under way until `letGo`, so that it hears of newer changes. */
  hold(state: KeyState): void {
    state.loads += 1;
  }

  letGo(state: KeyState): void {
    state.loads -= 1;
    this.release(state);
  }

  /** Forgets a key with nothing under way. */
  release(state: KeyState): void {
    if (state.loads > 0 || state.pendingDelete !== undefined) return;
    this.#states.delete(state.key);
    if (this.#states.size > 0) return;
    // V8 links the table of a grown map to its new table. An aged table in the heap would keep all later
    // tables, with their contents, from being collected young.
    this.#states = new Map();
    this.#flights = new Set();
  }

  /** A change of the key begins. */
  outdate(key: string): void {
    this.#note(key);
    this.get(key)?.outdate();
  }

  outdateTagged(tags: readonly string[]): void {
    for (const { state } of this.#flights) if (state.flight?.hasTag(tags)) state.outdate();
  }

  outdateSpace(text: string): void {
    this.outdateWhere((key) => key.startsWith(text));
  }

  /** A change of all keys that are meant begins. */
  outdateWhere(isMeant: (key: string) => boolean): void {
    for (const watch of this.#watches) watch.noteAll();
    for (const { state } of this.#flights) if (isMeant(state.key)) state.outdate();
  }

  /** A change of the key has ended. */
  missChange(key: string): void {
    this.get(key)?.missChange();
  }

  /** A change has ended that may have been of any key. */
  missChangeOfAny(): void {
    for (const { state } of this.#flights) state.missChange();
  }

  #note(key: string): void {
    for (const watch of this.#watches) watch.note(key);
  }
}
