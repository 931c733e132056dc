import { types } from "node:util";
import { remedyFor } from "@hitbox/core";

const PLAIN = "store plain data instead";

/** A value that a format does not keep as it is. `holder` has the value under `key`; a root has neither. */
export class Refusal extends Error {
  /** A noun phrase, such as "a function". */
  readonly kind: string;
  readonly holder: object | undefined;
  readonly key: PropertyKey | undefined;
  /** An imperative, such as "leave it out". */
  readonly remedy: string;

  constructor(kind: string, holder?: object, key?: PropertyKey, remedy: string = PLAIN) {
    super(kind);
    this.remedy = remedy;
    this.kind = kind;
    this.holder = holder;
    this.key = key;
  }

  /** For a value that cannot be copied, whatever it holds. */
  static of(value: unknown, holder: object | undefined, key: PropertyKey | undefined): Refusal {
    return new Refusal(kindOf(value), holder, key, remedyFor(value, PLAIN));
  }
}

/** A noun phrase for a value that is not kept: its type or class, and nothing of its contents. */
function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if (types.isProxy(value)) return "a Proxy";
  if (types.isPromise(value)) return "a Promise";
  const name = nameOfClass(Object.getPrototypeOf(value) as object | null);
  return name === "" ? "an object of a class without a name" : `an instance of ${name}`;
}

function nameOfClass(prototype: object | null): string {
  const maker: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof maker === "function" ? maker.name.slice(0, 60) : "";
}
