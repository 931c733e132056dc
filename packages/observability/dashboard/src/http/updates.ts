import { setInterval } from "node:timers";
import type { State } from "../state/snapshot.ts";
import { answer } from "./answers.ts";
import { Refusal } from "./refusal.ts";

/** Pages that are open at the same time. */
const MOST_STREAMS = 50;

type Stream = ReadableStreamDefaultController<Uint8Array>;

/** Sends the state to all open pages, as server-sent events. No timer runs while no page is open. */
export class Updates {
  readonly #state: () => Promise<State>;
  readonly #interval: number;
  readonly #streams = new Set<Stream>();
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;

  constructor(state: () => Promise<State>, interval: number) {
    this.#state = state;
    this.#interval = interval;
  }

  /** A stream of states for one page, beginning with one now. */
  open(): Response {
    if (this.#streams.size >= MOST_STREAMS)
      throw new Refusal(503, `${MOST_STREAMS} pages are open. Close one of them.`);
    let stream: Stream | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = controller;
        this.#add(controller);
      },
      cancel: () => this.#remove(stream),
    });
    return answer("text/event-stream; charset=utf-8", body, 200, { "x-accel-buffering": "no" });
  }

  close(): void {
    for (const stream of [...this.#streams]) {
      this.#remove(stream);
      stream.close();
    }
  }

  #add(stream: Stream): void {
    this.#streams.add(stream);
    this.#timer ??= setInterval(() => void this.#send(this.#streams), this.#interval).unref();
    void this.#state().then(
      (state) => push(stream, eventOf(state)),
      () => {},
    );
  }

  #remove(stream: Stream | undefined): void {
    if (stream !== undefined) this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A state that takes longer than the interval is not asked for twice. */
  async #send(streams: Iterable<Stream>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const event = eventOf(await this.#state());
      for (const stream of streams) push(stream, event);
    } catch {
      // The next one may succeed.
    } finally {
      this.#isBusy = false;
    }
  }
}

function eventOf(state: State): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(state)}\n\n`);
}

/** A page that does not read leaves out states, and holds no memory. */
function push(stream: Stream, event: Uint8Array): void {
  if ((stream.desiredSize ?? 0) > 0) stream.enqueue(event);
}
