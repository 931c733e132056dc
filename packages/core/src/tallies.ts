import { channel, subscribe } from "node:diagnostics_channel";
import type { Publisher } from "./publisher.ts";

/** Most tallies of one channel. The rest is counted under labels of `*`. */
const MOST = 10_000;
const REST = "*";

/** Hears of a tally, once. */
export type TallyListener<T> = (tally: T) => void;

/**
 * Numbers under two labels that a hit adds to, since a message costs more than the hit itself. Each tally is
 * the message of its channel once, when it is made. None is made while the channel has no subscriber.
 */
export class Tallies<T> {
  /** True if somebody counts. */
  readonly channel: Publisher;
  readonly #name: string;
  readonly #make: (one: string, other: string) => T;
  readonly #known = new Map<string, T>();

  constructor(name: string, make: (one: string, other: string) => T) {
    this.channel = channel(name);
    this.#name = name;
    this.#make = make;
  }

  /** The tally of two labels. Keep it: to find it takes longer than to count. */
  of(one: string, other: string): T {
    const known = this.#known.get(idOf(one, other));
    if (known !== undefined) return known;
    return this.#known.size < MOST ? this.#add(one, other) : this.#rest();
  }

  #rest(): T {
    return this.#known.get(idOf(REST, REST)) ?? this.#add(REST, REST);
  }

  #add(one: string, other: string): T {
    if (this.#known.size === 0) this.#answerListeners();
    const tally = this.#make(one, other);
    this.#known.set(idOf(one, other), tally);
    this.channel.publish(tally);
    return tally;
  }

  /** Tells a later listener of the tallies that there are. */
  #answerListeners(): void {
    subscribe(askedFor(this.#name), (listener) => {
      for (const tally of this.#known.values()) (listener as TallyListener<T>)(tally);
    });
  }
}

/**
 * Calls `listener` with every tally of a channel: now with those that there are, and with each new one when
 * it is made. Tallies count from now on. Returns the function that ends it.
 */
export function listenToTallies<T>(name: string, listener: TallyListener<T>): () => void {
  const hear = (tally: unknown): void => listener(tally as T);
  const tallies = channel(name);
  channel(askedFor(name)).publish(hear);
  tallies.subscribe(hear);
  return () => void tallies.unsubscribe(hear);
}

/** Copies of a package each have tallies of their own: they are found by a channel, too. */
function askedFor(name: string): string {
  return `${name}:ask`;
}

function idOf(one: string, other: string): string {
  return `${one}\u0000${other}`;
}
