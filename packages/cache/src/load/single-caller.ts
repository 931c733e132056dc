import type { KeyInput } from "../keys/key-text.ts";
import type { Loader, LoaderContext } from "../options.ts";
import { Caller } from "./caller.ts";
import type { Request } from "./request.ts";

/** A `getOrSet` that waits. */
export class SingleCaller<T> extends Caller<T> {
  private readonly loader: Loader<T>;
  protected readonly resolve: (data: T | undefined) => void;
  protected readonly reject: (error: unknown) => void;

  constructor(
    request: Request<T>,
    key: string,
    name: KeyInput,
    loader: Loader<T>,
    resolve: (data: T) => void,
    reject: (error: unknown) => void,
  ) {
    super(request, key, name);
    this.loader = loader;
    this.resolve = resolve as (data: T | undefined) => void;
    this.reject = reject;
  }

  load(context: LoaderContext<T>): T | PromiseLike<T> {
    return this.loader(context);
  }
}
