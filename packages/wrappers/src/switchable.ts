import { type Backend, BackendError, checkFunction, checkKnown, checkOption } from "@hitbox/core";
import { around } from "@hitbox/core/tier";
import { type SwitchMessage, type SwitchState, switchChanges } from "./channels.ts";
import { checkRaw } from "./check-raw.ts";

export interface SwitchableOptions {
  /** False: it begins switched off. Default: true. */
  readonly isOn?: boolean | undefined;
  /** Called at each change. An error that it throws reaches the caller of the switch. Default: nobody. */
  readonly onStateChange?: ((state: SwitchState) => void) | undefined;
}

/** A backend with a switch. */
export interface Switchable<Raw> extends Backend<Raw> {
  readonly isOn: boolean;
  /** The next operation reaches the backend. Does nothing if it is on. */
  switchOn(): void;
  /** From now on every operation fails at once. Those that have begun go on. Does nothing if it is off. */
  switchOff(): void;
}

/**
 * `backend` with a switch, for an operator to take a tier out of a running service and to put it back. While
 * it is off every operation fails at once with `unavailable`, and the backend is not called: to the cache it
 * is a store that is away. So nothing is lost: a composition answers from its other tier, and a cache sends
 * the deletes that failed when the tier is back.
 *
 * Keep the backend that this returns: another wrapper around it has no switch.
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const near = switchable(memory({ maxEntries: 1_000 }));
 * near.switchOff();
 * near.isOn; // false
 */
export function switchable<Raw>(backend: Backend<Raw>, options: SwitchableOptions = {}): Switchable<Raw> {
  checkRaw(backend);
  checkKnown("switchable", options, ["isOn", "onStateChange"]);
  const { isOn: isOnAtFirst = true, onStateChange } = options;
  checkOption(typeof isOnAtFirst === "boolean", "isOn", isOnAtFirst, "must be a boolean");
  checkFunction("onStateChange", onStateChange);
  let isOn = isOnAtFirst;
  const turn = (on: boolean): void => {
    if (isOn === on) return;
    isOn = on;
    publish(backend.label, on ? "on" : "off", onStateChange);
  };
  const guarded = around(backend, (_, __, run) => (isOn ? run() : Promise.reject(switchedOff())));
  return Object.freeze({
    ...guarded,
    get isOn() {
      return isOn;
    },
    switchOn: () => turn(true),
    switchOff: () => turn(false),
  });
}

function publish(
  backend: string,
  state: SwitchState,
  onStateChange: SwitchableOptions["onStateChange"],
): void {
  if (switchChanges.hasSubscribers) switchChanges.publish({ backend, state } satisfies SwitchMessage);
  onStateChange?.(state);
}

function switchedOff(): BackendError {
  return new BackendError("unavailable", "this tier is switched off; switchOn() puts it back");
}
