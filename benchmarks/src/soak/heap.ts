/** One reading of the heap after a full collection. */
export interface HeapSample {
  /** Minutes since the soak began. */
  readonly minutes: number;
  readonly mib: number;
}

const MIB = 2 ** 20;

/**
 * Collects garbage and reads how much of the heap is in use, in MiB.
 *
 * @throws Error without `--expose-gc`.
 */
export function heapInUse(): number {
  if (globalThis.gc === undefined) throw new Error("run node with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
}

/** The growth of the heap in MiB a minute: the slope of the least-squares line through the samples. */
export function growth(samples: readonly HeapSample[]): number {
  const meanTime = mean(samples.map(({ minutes }) => minutes));
  const meanHeap = mean(samples.map(({ mib }) => mib));
  let covariance = 0;
  let variance = 0;
  for (const { minutes, mib } of samples) {
    covariance += (minutes - meanTime) * (mib - meanHeap);
    variance += (minutes - meanTime) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
