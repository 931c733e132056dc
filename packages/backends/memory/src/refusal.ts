import { types } from "node:util";

/** A value that a format does not keep as it is. `holder` has the value under `key`; a root has neither. */
export class Refusal extends Error {
  /** A noun phrase, such as "a function". */
  readonly kind: string;
  readonly holder: object | undefined;
  readonly key: PropertyKey | undefined;

  constructor(kind: string, holder?: object, key?: PropertyKey) {
    super(kind);
    this.kind = kind;
    this.holder = holder;
    this.key = key;
  }
}

/** A noun phrase for a value that is not kept: its type or class, and nothing of its contents. */
export function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if (types.isProxy(value)) return "a Proxy";
  if (types.isPromise(value)) return "a Promise (an await may be missing)";
  const name = nameOfClass(Object.getPrototypeOf(value) as object | null);
  return name === "" ? "an object of a class without a name" : `an instance of ${name}`;
}

function nameOfClass(prototype: object | null): string {
  const maker: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof maker === "function" ? maker.name.slice(0, 60) : "";
}
