import type { EntryReport } from "../inspect/entry.ts";
import type { ListedKeys } from "../inspect/list-keys.ts";
import { ask, change } from "./api.ts";
import { History } from "./history.ts";

/** Everything that the page shows. Each change of it is rendered. */
export class Model {
  readonly history: History = new History();
  connection: "opening" | "live" | "lost" = "opening";
  source = "";
  found: ListedKeys | undefined;
  entry: EntryReport | undefined;
  /** Told to people who do not see the page, too. */
  message = "";
  readonly #render: () => void;

  constructor(render: () => void) {
    this.#render = render;
  }

  /** Hears the states of the server until the page is left. The browser connects again by itself. */
  listen(): void {
    const events = new EventSource("api/events");
    events.onmessage = ({ data }) => {
      this.connection = "live";
      this.history.add(JSON.parse(data));
      this.#render();
    };
    events.onerror = () => {
      this.connection = "lost";
      this.#render();
    };
  }

  find(source: string, prefix: string): Promise<void> {
    return this.#attempt(async () => {
      this.source = source;
      this.entry = undefined;
      this.found = await ask<ListedKeys>("keys", { source, prefix });
      const { isComplete, keys } = this.found;
      const found = `${keys.length} ${keys.length === 1 ? "key" : "keys"} found`;
      return isComplete ? `${found}.` : `${found}, and there are more.`;
    });
  }

  look(source: string, key: string): Promise<void> {
    return this.#attempt(async () => {
      this.source = source;
      this.entry = await ask<EntryReport>("entry", { source, key });
      return this.entry.isFound ? `Entry of ${key}.` : `There is no entry of ${key}.`;
    });
  }

  remove(key: string): Promise<void> {
    return this.#attempt(async () => {
      const { wasThere } = await change<{ wasThere: boolean }>("delete", { source: this.source, key });
      if (this.entry?.key === key) this.entry = undefined;
      return wasThere ? `Deleted ${key}.` : `There was no entry of ${key}.`;
    });
  }

  invalidate(source: string, tag: string): Promise<void> {
    return this.#attempt(async () => {
      await change("invalidate", { source, tag });
      return `Invalidated the tag ${tag}.`;
    });
  }

  turn(name: string, isOn: boolean): Promise<void> {
    return this.#attempt(async () => {
      await change("switch", { name, isOn });
      return `Switched ${name} ${isOn ? "on" : "off"}.`;
    });
  }

  async #attempt(work: () => Promise<string>): Promise<void> {
    try {
      this.message = await work();
    } catch (error) {
      this.message = (error as Error).message;
    }
    this.#render();
  }
}
