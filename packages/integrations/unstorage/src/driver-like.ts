/** The members of an unstorage driver that a tier calls, in unstorage 1.17 and 2. */
export interface DriverLike {
  readonly name?: string | undefined;
  readonly options?: unknown;
  getItem(key: string, options?: object): unknown;
  getItems?(items: { key: string }[], options?: object): unknown;
  /** `ttl` is in seconds. */
  setItem?(key: string, value: string, options: { readonly ttl: number }): unknown;
  removeItem?(key: string, options: object): unknown;
}

/** A driver that keeps its values unchanged. */
export type WritableDriver = DriverLike & Required<Pick<DriverLike, "setItem" | "removeItem">>;
