/** A step failed, and has said why. */
export class StepFailed extends Error {}

/**
 * Runs one step and prints one line for it: its name, how it ended, and how long it took. `work` resolves
 * with `{ status, output?, note? }`; the output is shown only where the status is not 0, and then ends the
 * run.
 */
export async function step(name, work) {
  const started = performance.now();
  // Where nobody watches, the line that says how it ended is enough.
  if (process.stdout.isTTY) process.stdout.write(`${name} …\r`);
  const { status, output = "", note } = await outcome(work);
  const seconds = `${((performance.now() - started) / 1_000).toFixed(1)} s`;
  const end = status === 0 ? "ok" : `FAILED (exit ${status})`;
  console.log([`${name}: ${end}`, seconds, note].filter(Boolean).join(", "));
  if (status === 0) return;
  if (output !== "") console.log(output.trimEnd());
  throw new StepFailed(name);
}

async function outcome(work) {
  try {
    return await work();
  } catch (error) {
    return { status: 1, output: error.message };
  }
}
