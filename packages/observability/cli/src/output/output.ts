import { safeText } from "./safe-text.ts";

/** The output of a command. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborts when the user ends a command that goes on, such as `watch`. */
  readonly signal: AbortSignal;
}

export interface Sink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Prints answers: text for a reader at a terminal, JSON for programs. */
export class Output {
  readonly isJson: boolean;
  readonly #io: Io;

  constructor(io: Io, isJson: boolean) {
    this.isJson = isJson;
    this.#io = io;
  }

  /** The one answer of a command. `text` is laid out for a terminal, and safe. */
  answer(data: unknown, text: () => string): void {
    this.#io.stdout.write(`${this.isJson ? jsonText(data, 2) : text()}\n`);
  }

  /** One of many: a line of JSON, or of text. */
  line(data: unknown, text: () => string): void {
    this.#io.stdout.write(`${this.isJson ? jsonText(data) : text()}\n`);
  }

  /** Progress, for a reader at a terminal alone. */
  progress(text: string): void {
    if (this.#io.stderr.isTTY) this.#io.stderr.write(`\r\u001b[K${safeText(text)}`);
  }

  /** Removes the progress. */
  progressEnds(): void {
    if (this.#io.stderr.isTTY) this.#io.stderr.write("\r\u001b[K");
  }

  /** A remark beside the answer. */
  note(text: string): void {
    this.#io.stderr.write(`${safeText(text)}\n`);
  }
}

/** JSON in which nothing is obeyed by a terminal, for whoever prints it. */
export function jsonText(data: unknown, indent?: number): string {
  const lines = JSON.stringify(data, undefined, indent).split("\n");
  return lines.map(safeText).join("\n");
}
