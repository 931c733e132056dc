export { type TestClock, testClock } from "@hitbox/test-support";
