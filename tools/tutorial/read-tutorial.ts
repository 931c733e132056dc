/** Lines that a step of the tutorial replaces. */
export interface Change {
  readonly removed: string;
  readonly added: string;
}

export interface Step {
  /** The first line that the run shows: `not ok: ` and a case, or `# fail 0`. */
  readonly expected: string;
  readonly changes: readonly Change[];
}

export interface Tutorial {
  readonly server: string;
  readonly client: string;
  readonly steps: readonly Step[];
}

const BLOCK = /^```(ts|text|diff)[^\n]*\n([\s\S]*?)^```$/gm;

/** The programs and steps of a page: each `text` block begins a step, and `diff` blocks belong to it. */
export function readTutorial(page: string): Tutorial {
  const steps: { expected: string; changes: Change[] }[] = [];
  const programs: string[] = [];
  for (const [, kind, text = ""] of page.matchAll(BLOCK)) {
    if (kind === "ts") programs.push(text);
    else if (kind === "text") steps.push({ expected: text.split("\n")[0] ?? "", changes: [] });
    else steps.at(-1)?.changes.push(changeOf(text));
  }
  const [server = "", client = ""] = programs;
  return { server, client, steps };
}

function changeOf(diff: string): Change {
  const lines = diff.trimEnd().split("\n");
  const marked = (mark: string): string =>
    lines
      .filter((line) => line.startsWith(mark))
      .map((line) => line.slice(1))
      .join("\n");
  return { removed: marked("-"), added: marked("+") };
}
