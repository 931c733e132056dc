export {
  type CircuitMessage,
  type CircuitState,
  type ShadowMessage,
  type ShadowOutcome,
  type SwitchMessage,
  type SwitchState,
  subscribeTo,
  type WrapperMessages,
} from "./channels.ts";
export { type CircuitBreakerOptions, circuitBreaker } from "./circuit-breaker.ts";
export { type DeadlineOptions, deadline } from "./deadline.ts";
export { isOpenCircuit } from "./open-circuit.ts";
export { prefixed } from "./prefixed.ts";
export { readOnly } from "./read-only.ts";
export { type RetryOptions, retry } from "./retry.ts";
export { type Shadow, type ShadowOptions, shadow } from "./shadow/shadow.ts";
export type { ShadowStats } from "./shadow/shadow-stats.ts";
export { type Switchable, type SwitchableOptions, switchable } from "./switchable.ts";
