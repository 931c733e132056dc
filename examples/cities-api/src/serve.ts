import { type ServiceSettings, startService } from "./service.ts";

/**
 * Runs the service until SIGINT, SIGTERM or SIGHUP, or in a child process until its parent lets go of it or dies.
 */
export async function serve(settings: ServiceSettings): Promise<void> {
  const stopped = untilStopped();
  const service = await startService(settings, console.error);
  console.log(`cities-api: ${service.origin}  (memory over ${service.secondTier})`);
  console.log(`try: curl -i '${service.origin}/nearest?lat=48.85&lon=2.35&n=5'`);
  console.log(`dashboard: ${service.dashboard}`);
  process.send?.({ origin: service.origin, dashboard: service.dashboard });
  await stopped;
  await service.close();
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.on("SIGTERM", stop).on("SIGHUP", stop);
    // Ctrl-C in a terminal reaches parent and child alike: it is the parent that decides when its child stops.
    process.on("SIGINT", process.connected ? () => undefined : stop);
    process.on("disconnect", stop);
  });
}
