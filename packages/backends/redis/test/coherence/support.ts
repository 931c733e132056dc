import type { BackendListener, Origin } from "@hitbox/core";
import { until } from "../support.ts";

/**
 * Takes down what a watch says, in order: keys one by one, and the words `lost` and `restored` in angle
 * brackets.
 */
export class Notes implements BackendListener {
  readonly all: string[] = [];
  readonly origins: Set<Origin | undefined> = new Set();
  isUp = false;

  changed(keys: readonly string[], origin?: Origin): void {
    this.origins.add(origin);
    this.all.push(...keys);
  }

  lost(origin?: Origin): void {
    this.origins.add(origin);
    this.isUp = false;
    this.all.push("<lost>");
  }

  restored(origin?: Origin): void {
    this.origins.add(origin);
    this.isUp = true;
    this.all.push("<restored>");
  }

  /** Resolves when changes are heard. */
  async up(limit?: number): Promise<void> {
    await until(() => this.isUp, limit);
  }

  /** Forgets what it has heard so far. */
  clear(): void {
    this.all.length = 0;
    this.origins.clear();
  }

  /** How often `what` was said. */
  count(what: string): number {
    return this.all.filter((said) => said === what).length;
  }
}
