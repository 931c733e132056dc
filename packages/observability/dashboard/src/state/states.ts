import { DEFINITIONS } from "@hitbox/recorder";
import type { Settings } from "../options.ts";
import { tierOf } from "../tier-of.ts";
import { Fleet } from "./fleet.ts";
import { ProcessNumbers } from "./process-numbers.ts";
import { Publishing } from "./publishing.ts";
import type { ProcessRow, Snapshot, State } from "./snapshot.ts";
import { sumOf } from "./sum-of.ts";

const { age, readTime } = DEFINITIONS;
const BUCKETS = { age: age.buckets ?? [], readTime: readTime.buckets ?? [] };

/** Makes the state that pages show. */
export class States {
  readonly #settings: Settings;
  readonly #numbers: ProcessNumbers;
  readonly #publishing: Publishing | undefined;

  constructor(settings: Settings) {
    const { fleet, now, trackedKeys } = settings;
    this.#settings = settings;
    this.#numbers = new ProcessNumbers(now, trackedKeys);
    this.#publishing = fleet && new Publishing(new Fleet(tierOf(fleet, now), now), this.#numbers);
  }

  /** The numbers of all processes now. Rejects never: a store that is away leaves this process. */
  async now(): Promise<State> {
    const others = (await this.#publishing?.others()) ?? [];
    const all = [this.#numbers.snapshot(), ...others];
    const fleetError = this.#publishing?.error;
    return { ...sumOf(all), processes: all.map(rowOf), ...this.#fixed(), ...(fleetError && { fleetError }) };
  }

  async stop(): Promise<void> {
    this.#numbers.stop();
    await this.#publishing?.stop();
  }

  #fixed(): Pick<State, "at" | "buckets" | "canWrite" | "showsValues" | "sources" | "switches"> {
    const { authorize, backends, caches, now, showValues, switches } = this.#settings;
    const named = (all: object, hasTags: boolean) => Object.keys(all).map((name) => ({ name, hasTags }));
    return {
      at: now(),
      buckets: BUCKETS,
      canWrite: authorize !== undefined,
      showsValues: showValues,
      sources: [...named(caches, true), ...named(backends, false)],
      switches: Object.entries(switches).map(([name, { isOn }]) => ({ name, isOn })),
    };
  }
}

function rowOf({ at, host, id, metrics, pid, since }: Snapshot): ProcessRow {
  const count = (holds: (status: string) => boolean): number =>
    (metrics.requests ?? []).reduce(
      (total, { labels, value }) => total + (holds(labels[2] ?? "") ? value : 0),
      0,
    );
  return {
    at,
    host,
    id,
    pid,
    since,
    requests: count(() => true),
    answered: count((status) => status !== "miss"),
  };
}
