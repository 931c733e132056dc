import { Database } from "./database.mjs";
import { simulatedRedis } from "./simulated-redis.mjs";
import { open } from "./steps.mjs";
import { requests, STORY } from "./story.mjs";
import { VirtualTime } from "./virtual-time.mjs";

/**
 * Takes the service of a step through the story, in simulated time.
 *
 * @returns `{ answers, queries }`: each request with its time, its milliseconds and its outcome (`right`,
 * `old` or `failed`), and the times of all queries to the database.
 */
export async function simulate(step) {
  const time = new VirtualTime();
  time.install();
  try {
    return await time.runUntil(tell(step, time));
  } finally {
    time.uninstall();
  }
}

async function tell(step, time) {
  const world = { time, database: new Database(time), redis: simulatedRedis(time) };
  const start = () => Array.from({ length: STORY.processes }, () => open(step, world));
  let processes = start();
  const restart = async () => {
    await time.wait(STORY.restart);
    const old = processes;
    processes = start();
    await Promise.all(old.map((process) => process.close()));
  };
  const [answers] = await Promise.all([
    answered(world, () => processes),
    restart(),
    changed(world, () => processes),
  ]);
  await Promise.all(processes.map((process) => process.close()));
  return { answers, queries: world.database.queries };
}

async function answered(world, processes) {
  const { time } = world;
  const answers = [];
  for (const { at, process, product } of requests()) {
    if (at > time.elapsed) await time.wait(at - time.elapsed);
    answers.push(answer(world, processes()[process], product));
  }
  return Promise.all(answers);
}

async function answer({ time, database }, process, product) {
  const at = time.elapsed;
  const newest = database.version(product);
  const outcome = await process.priceOf(product).then(
    ({ version }) => (version < newest ? "old" : "right"),
    () => "failed",
  );
  return { at, ms: time.elapsed - at, outcome };
}

/** The first process changes the price, and then invalidates, as a service does after its commit. */
async function changed({ time, database }, processes) {
  const { from, to, every } = STORY.changes;
  await time.wait(from);
  for (let at = from; at < to; at += every) {
    database.change(0);
    await processes()[0].changed(0);
    await time.wait(every - (time.elapsed - at));
  }
}
