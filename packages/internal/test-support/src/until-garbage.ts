import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { until } from "./until.ts";

/** Collects garbage until nothing keeps the object. Rejects if something still does after a long time. */
export async function untilGarbage(object: WeakRef<object>): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await until(() => {
    collect();
    return object.deref() === undefined;
  });
}
