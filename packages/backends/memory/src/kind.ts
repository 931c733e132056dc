/** Copies a part of an object. `holder` and `key` say where the part is. */
export type CopyPart = (part: unknown, holder: object, key: PropertyKey) => unknown;

/** How the objects of one built-in class are copied. */
export interface Kind {
  /** True if an object really is of the class, and does not merely have its prototype. */
  brand(value: object): boolean;
  /**
   * Makes a copy, without the parts that `fill` adds; a noun phrase for an object that cannot be kept as it
   * is.
   */
  create(value: object): object | string;
  /** Adds copies of the parts. The copy is known by then: a part may lead back to it. */
  fill?(copy: object, value: object, part: CopyPart): void;
  /** Own properties that `create` or `fill` copies, or `any`. Default: none. */
  readonly own?: readonly PropertyKey[] | "any";
}
