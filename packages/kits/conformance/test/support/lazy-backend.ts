import type { BackendSupports } from "@hitbox/core";
import { NativeBackend, SUPPORTS } from "./native-backend.ts";

/** A backend whose store drops nothing by itself. */
export class LazyBackend extends NativeBackend {
  override readonly supports: BackendSupports = Object.freeze({ ...SUPPORTS, expiry: "lazy" as const });

  override setEnd(): void {}
}
