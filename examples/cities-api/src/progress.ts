import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  step(): void;
  end(): void;
}

/** A bar on a terminal, a line every two seconds elsewhere; on stderr. */
export function progress(title: string, total: number): Progress {
  const format = `${title.padEnd(18)} {bar} {percentage} %  {value}/{total}  {duration_formatted}`;
  const bar = new SingleBar({ format, noTTYOutput: true, notTTYSchedule: 2_000 }, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
