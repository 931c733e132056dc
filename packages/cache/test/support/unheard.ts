import { onTestFinished, vi } from "vitest";

/** Counts rejections that no handler took, until the test is over. */
export function unheardRejections(): ReturnType<typeof vi.fn> {
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  return unheard;
}
