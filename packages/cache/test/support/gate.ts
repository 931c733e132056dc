export { type Gate, gate, settled } from "@hitbox/test-support";
