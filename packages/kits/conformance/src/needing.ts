import type { Cases } from "./case.ts";
import type { RawHooks } from "./raw-hooks.ts";
import type { Scene } from "./scene.ts";

type Hook = keyof RawHooks;

type Given<Needed extends Hook> = { readonly [Name in Needed]-?: NonNullable<RawHooks[Name]> };

type Run<Needed extends Hook> = (scene: Scene, hooks: Given<Needed>) => Promise<void> | void;

const needs = new WeakMap<object, readonly Hook[]>();

/** Cases that run only if `raw` has these hooks. */
export function needing<Needed extends Hook>(
  hooks: readonly Needed[],
  cases: Readonly<Record<string, Run<Needed>>>,
): Cases<Scene> {
  const entries = Object.entries(cases).map(([sentence, run]) => {
    const check = (scene: Scene) => run(scene, scene.hooks as Given<Needed>);
    needs.set(check, hooks);
    return [sentence, check] as const;
  });
  return Object.fromEntries(entries);
}

/** The hooks that a case needs and does not have. */
export function missingHooks(check: object, hooks: RawHooks): readonly Hook[] {
  return (needs.get(check) ?? []).filter((name) => hooks[name] === undefined);
}
