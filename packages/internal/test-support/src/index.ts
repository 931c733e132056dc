export { anyCharacter } from "./any-character.ts";
export { assertProperty, type PropertyOptions } from "./assert-property.ts";
export { breaksLaw } from "./breaks-law.ts";
export { build, type Child, type ChildOptions, startChild } from "./child.ts";
export { collected } from "./collected.ts";
export { craftedKeys } from "./crafted-keys.ts";
export { expectSame } from "./expect-same.ts";
export { type Failure, failureOf } from "./failure-of.ts";
export { type FuzzOptions, type FuzzReport, fuzz } from "./fuzz.ts";
export { type Gate, gate, settled } from "./gate.ts";
export { heard } from "./heard.ts";
export { type HostileResult, hostileInput, hostileInputs, noteHostile } from "./hostile-input.ts";
export { KeptSeeds } from "./kept-seeds.ts";
export { mountVolume } from "./mount-volume.ts";
export { PLAIN_SUPPORTS } from "./plain-supports.ts";
export {
  buildExample,
  type Program,
  type ProgramOptions,
  runProgram,
  temporaryFolder,
} from "./program.ts";
export { quickly } from "./quickly.ts";
export { dataOf, storedEntry } from "./stored.ts";
export { type TestClock, testClock } from "./test-clock.ts";
export { touchedSizes } from "./touched-sizes.ts";
export { COMPILERS, typeErrors } from "./type-errors.ts";
export { THROWING_LISTENER, thrower, uncaught } from "./uncaught.ts";
export { succeeds, until } from "./until.ts";
export { untilGarbage } from "./until-garbage.ts";
export { useFolder } from "./use-folder.ts";
export { Witnesses } from "./witnesses.ts";
