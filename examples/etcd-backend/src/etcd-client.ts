import { outside } from "@hitbox/core";
import { encode, type Pair } from "./pair.ts";

/** A request within a transaction. */
export type Step = Readonly<
  Partial<Record<"request_range" | "request_put" | "request_delete_range", object>>
>;

/** The answer to a step; undefined if it has no pairs. */
export interface Done {
  readonly response_range?: { readonly kvs?: readonly Pair[] };
}

/** As many milliseconds share one lease. */
const SHARED_MS = 1_000;
/** Most seconds that etcd takes: 285 years. */
const LONGEST_LEASE = 9_000_000_000;

/**
 * The requests of etcd's HTTP gateway that a cache needs:
 * https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
 */
export class EtcdClient {
  readonly #url: string;
  /** Leases of this moment, by their seconds. Each lease costs etcd a write, so entries share them. */
  #leases = new Map<number, Promise<string>>();
  #begun = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async find(key: string): Promise<Pair | undefined> {
    return (await this.range({ key: encode(key) })).kvs?.[0];
  }

  /** The members of a put, with a lease if the pair is to end. */
  async pair(key: string, bytes: Uint8Array, seconds: number | undefined): Promise<object> {
    const value = Buffer.from(bytes).toString("base64");
    return { key: encode(key), value, ...(seconds !== undefined && { lease: await this.lease(seconds) }) };
  }

  /** One pair, or all pairs from `key` to before `range_end`. */
  async range(request: object): Promise<{ readonly kvs?: readonly Pair[]; readonly more?: boolean }> {
    return this.#ask("kv/range", request);
  }

  async put(request: object): Promise<void> {
    await this.#ask("kv/put", request);
  }

  async deleteRange(request: object): Promise<{ readonly prev_kvs?: readonly Pair[] }> {
    return this.#ask("kv/deleterange", request);
  }

  /** Runs the steps as one, if all conditions of `compare` hold. */
  async transaction(
    success: readonly Step[],
    compare: readonly object[] = [],
  ): Promise<{ readonly succeeded?: boolean; readonly responses?: readonly Done[] }> {
    return this.#ask("kv/txn", { compare, success });
  }

  /** The id of a lease that ends after `seconds`, or a little later. */
  lease(seconds: number): Promise<string> {
    const now = performance.now();
    if (now - this.#begun >= SHARED_MS) [this.#leases, this.#begun] = [new Map(), now];
    const known = this.#leases.get(seconds);
    if (known !== undefined) return known;
    const leases = this.#leases;
    const lease = this.#grant(seconds + SHARED_MS / 1_000);
    leases.set(seconds, lease);
    lease.catch(() => leases.delete(seconds));
    return lease;
  }

  async #grant(seconds: number): Promise<string> {
    const TTL = Math.min(seconds, LONGEST_LEASE);
    return (await this.#ask<{ readonly ID: string }>("lease/grant", { TTL })).ID;
  }

  async #ask<Answer>(path: string, body: object): Promise<Answer> {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await outside(() => fetch(new URL(`/v3/${path}`, this.#url), init));
    if (response.ok) return (await response.json()) as Answer;
    throw await failureOf(response);
  }
}

/** An error with gRPC's status as its `code`, or that of HTTP from a proxy. */
async function failureOf(response: Response): Promise<Error> {
  const { code = response.status, message = `HTTP ${response.status}` } = (await response
    .json()
    .catch(() => ({}))) as { readonly code?: number; readonly message?: string };
  return Object.assign(new Error(message), { code: String(code) });
}
