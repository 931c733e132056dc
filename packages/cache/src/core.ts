import { BackendError, type CacheBackend, type Clock, chain, recover } from "@hitbox/core";
import type { Call } from "./call.ts";
import { type ErrorMessage, publish } from "./channels.ts";
import { Retries } from "./retries.ts";
import { Tags } from "./tags.ts";

/** What a cache and all its namespaces and entities share. */
export class Core {
  readonly backend: CacheBackend;
  readonly now: Clock;
  readonly random: () => number;
  readonly tags: Tags;
  readonly retries: Retries;
  /** By key's text. */
  readonly calls: Map<string, Call<unknown>> = new Map();
  /** Whether processes can be kept from loading the same key at the same time. */
  readonly hasLeases: boolean;
  readonly #background = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(backend: CacheBackend, now: Clock, random: () => number) {
    this.backend = backend;
    this.now = now;
    this.random = random;
    this.retries = new Retries(backend.label, now);
    this.tags = new Tags(backend.shared, this.retries);
    this.hasLeases = backend.supports.lease === true && backend.shared.supports.shared;
  }

  /** Whoever loads the key now has an older value than the one that is set, or the delete that is done. */
  outdate(key: string): void {
    if (this.calls.size === 0) return;
    const call = this.calls.get(key);
    if (call === undefined) return;
    call.isOutdated = true;
    this.calls.delete(key);
  }

  outdateTagged(tags: readonly string[]): void {
    for (const call of this.calls.values())
      if (call.tags.some((tag) => tags.includes(tag))) this.outdate(call.key);
  }

  outdateAll(space: string): void {
    for (const key of this.calls.keys()) if (key.startsWith(space)) this.outdate(key);
  }

  /** Runs `work` whose failure nobody waits for; a close does wait for its end. */
  background(
    operation: ErrorMessage["operation"],
    key: string,
    work: () => Promise<unknown> | unknown,
  ): void {
    const done = recover(
      () => chain(work(), () => undefined),
      (error) => this.report(operation, key, error),
    );
    if (!(done instanceof Promise)) return;
    this.#background.add(done);
    void done.then(() => this.#background.delete(done));
  }

  /** Tells of a failure that no caller hears of. */
  report(operation: ErrorMessage["operation"], key: string | undefined, error: unknown): void {
    publish("error", () => ({ cache: this.backend.label, operation, key, error }));
  }

  checkOpen(): void {
    if (this.#closing !== undefined) throw this.#closed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #closed(): BackendError {
    const { label } = this.backend;
    return new BackendError("closed", `${label}: the cache was closed`, { backend: label });
  }

  async #close(): Promise<void> {
    const calls = [...this.calls.values()];
    for (const { controller } of calls) controller.abort(this.#closed());
    await Promise.allSettled(calls.map(({ answer }) => answer));
    await Promise.all(this.#background);
    await this.retries.close();
    await this.backend.close();
  }
}
