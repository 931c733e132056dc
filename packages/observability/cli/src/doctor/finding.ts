/** A fact about a store, and whether it is as it should be. */
export interface Finding {
  readonly check: string;
  /** `problem`: something does not work. `warning`: it works, and may surprise. */
  readonly status: "ok" | "info" | "warning" | "problem";
  readonly text: string;
}

export function ok(check: string, text: string): Finding {
  return { check, status: "ok", text };
}

export function info(check: string, text: string): Finding {
  return { check, status: "info", text };
}

export function warning(check: string, text: string): Finding {
  return { check, status: "warning", text };
}

export function problem(check: string, text: string): Finding {
  return { check, status: "problem", text };
}

/** A check that may fail itself: then its reason is the finding. */
export async function tried(check: string, run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return problem(check, error instanceof Error ? error.message : "failed for an unknown reason");
  }
}
