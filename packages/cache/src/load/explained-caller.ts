import type { CallContext } from "../call-context.ts";
import type { KeyInput } from "../keys/key-text.ts";
import type { Loader, LoaderContext } from "../options.ts";
import type { Found } from "../read/found.ts";
import { type Lookup, loadedLookup, lookupOf } from "../read/lookup.ts";
import { Caller } from "./caller.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { NOTHING, type Origin } from "./origin.ts";
import type { Request } from "./request.ts";

/** A `lookup` with a loader: it is answered with the value, and with how that came about. */
export class ExplainedCaller<T> extends Caller<T> {
  readonly #loader: Loader<T>;
  readonly #resolve: (lookup: Lookup<T>) => void;
  readonly #context: CallContext;
  protected readonly reject: (error: unknown) => void;
  #isCollapsed = false;
  /** A tier had an entry that was too old to be the answer. */
  #hadEntry = false;

  constructor(
    request: Request<T> & { readonly context: CallContext },
    key: string,
    name: KeyInput,
    loader: Loader<T>,
    resolve: (lookup: Lookup<T>) => void,
    reject: (error: unknown) => void,
  ) {
    super(request, key, name);
    this.#context = request.context;
    this.#loader = loader;
    this.#resolve = resolve;
    this.reject = reject;
  }

  load(context: LoaderContext<T>): T | PromiseLike<T> {
    return this.#loader(context);
  }

  override join(flight: InFlightLoad<T>): void {
    this.#isCollapsed = flight.beginner !== this;
    this.#hadEntry ||= flight.spare !== undefined;
    super.join(flight);
  }

  override offered(found: Found<T>): void {
    this.#hadEntry = true;
    super.offered(found);
  }

  override notCached(): void {
    this.answered(undefined, false, NOTHING);
  }

  protected resolve(data: T | undefined, { entry, loaded }: Origin): void {
    const now = this.request.engine.now();
    const lookup = loaded
      ? loadedLookup(data, this.#status(), entry, loaded, this.#context, now)
      : lookupOf(data, entry, this.#context, now);
    this.#resolve(lookup);
  }

  #status(): Lookup<T>["status"] {
    const { mode } = this.request.policy;
    if (this.#isCollapsed) return "collapsed";
    if (mode === "reload" || mode === "no-store") return "bypass";
    return this.#hadEntry ? "expired" : "miss";
  }
}
