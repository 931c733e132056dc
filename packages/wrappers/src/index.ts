export { type CircuitMessage, type CircuitState, subscribeTo, type WrapperMessages } from "./channels.ts";
export { type CircuitBreakerOptions, circuitBreaker } from "./circuit-breaker.ts";
export { type DeadlineOptions, deadline } from "./deadline.ts";
export { isOpenCircuit } from "./open-circuit.ts";
export { prefixed } from "./prefixed.ts";
export { readOnly } from "./read-only.ts";
export { type RetryOptions, retry } from "./retry.ts";
