// Hostile replies, each taken once in a process of its own: `node inputs.mjs NAME URL` prints what it took as
// JSON. Runs over the build, so that nothing but the reader is in the process. The test beside it makes the
// values in the server.
import { measured } from "../../../../core/test/support/hostile/measured.mjs";
import { redis } from "../../dist/index.js";

const LONG = 60_000;

/** Waits until the tier hears, says so, and then waits until all counts as changed. */
function heard(tier) {
  return new Promise((resolve) => {
    let isUp = false;
    tier.watch({
      changed() {},
      lost: () => isUp && resolve("a gap"),
      restored() {
        isUp = true;
        process.stdout.write("up\n");
      },
    });
  });
}

const INPUTS = {
  "a value of 512 MiB": (tier) => [tier.read("long")],
  "a value of 512 MiB, in a batch": (tier) => [tier.readMany(["long", "none"])],
  "eight values of 64 MiB in a batch": (tier) => [
    tier.readMany([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `large${n}`)),
  ],
  "a lease over 512 MiB": (tier) => [tier.lease("long", 1_000)],
  "a message of 30 MiB on the bus": (tier) => [heard(tier)],
  "an array of numbers without end": (tier) => [tier.read("key")],
  "a string without end": (tier) => [tier.read("key")],
  "a line without end": (tier) => [tier.read("key")],
};
const COHERENCE = { "a message of 30 MiB on the bus": { coherence: { by: "bus", heartbeat: 20_000 } } };

const [, , name, url] = process.argv;
if (name === undefined) {
  console.log(JSON.stringify(Object.keys(INPUTS)));
} else {
  const tier = redis({ url, timeout: LONG, ...COHERENCE[name] });
  const read = async () => {
    const results = await Promise.allSettled(INPUTS[name](tier));
    // The rest of a string that was refused is still to come.
    if (!name.includes("without end")) await tier.read("none").catch(() => {});
    return results.flatMap(({ value, reason }) => (Array.isArray(value) ? value : [reason])).map(settled);
  };
  const settled = (error) => ({ reason: error && { code: error.code ?? tier.classify(error) } });
  console.log(JSON.stringify({ name, ...(await measured(read)) }));
  await Promise.race([tier.close(), new Promise((resolve) => setTimeout(resolve, 500))]);
  process.exit(0);
}
