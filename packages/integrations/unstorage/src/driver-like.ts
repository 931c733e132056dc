/** The members of an unstorage driver that a tier calls, in unstorage 1.17 and 2. */
export interface DriverLike {
  readonly name?: string | undefined;
  readonly options?: unknown;
  getItem(key: string, options?: object): unknown;
  readonly getItems?: ((items: { key: string }[], options?: object) => unknown) | undefined;
  /** `ttl` is in seconds. */
  readonly setItem?: ((key: string, value: string, options: { readonly ttl: number }) => unknown) | undefined;
  readonly removeItem?: ((key: string, options: object) => unknown) | undefined;
}

/** A driver that stores items. */
export type WritableDriver = DriverLike & {
  readonly [Name in "setItem" | "removeItem"]: NonNullable<DriverLike[Name]>;
};
