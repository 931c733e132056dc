export { type CircuitBreakerOptions, type CircuitState, circuitBreaker } from "./circuit-breaker.ts";
export { type DeadlineOptions, deadline } from "./deadline.ts";
export { prefixed } from "./prefixed.ts";
export { readOnly } from "./read-only.ts";
export { type RetryOptions, retry } from "./retry.ts";
