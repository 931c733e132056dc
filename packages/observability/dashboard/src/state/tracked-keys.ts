import type { BackendMessages, Subscribe } from "@hitbox/core";
import { subscribeTo } from "@hitbox/core/tier";
import { type KeyCount, NAMED_KEYS } from "./snapshot.ts";
import { SpaceSaving } from "./space-saving.ts";

interface Messages extends BackendMessages {
  readonly "hitbox:cache:load": { readonly key: string };
}

const subscribe: Subscribe<Messages> = subscribeTo;

/** The keys that are hit and loaded most. Bounded. */
export class TrackedKeys {
  readonly #hits: SpaceSaving;
  readonly #loads: SpaceSaving;
  readonly #stops: (() => void)[] = [];

  constructor(size: number) {
    this.#hits = new SpaceSaving(size);
    this.#loads = new SpaceSaving(size);
    if (size > 0) this.#listen();
  }

  get hot(): KeyCount[] {
    return this.#hits.top(NAMED_KEYS);
  }

  get missed(): KeyCount[] {
    return this.#loads.top(NAMED_KEYS);
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #listen(): void {
    const hits = subscribe("hitbox:backend:read", ({ hit, key, purpose }) => {
      if (hit === true && purpose === "value") this.#hits.add(key);
    });
    const loads = subscribe("hitbox:cache:load", ({ key }) => this.#loads.add(key));
    this.#stops.push(hits, loads);
  }
}
