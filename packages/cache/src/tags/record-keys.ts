/** What the keys of records begin with, and no key of a value does. */
export const RECORD_MARK = "%tag:";

/** Most keys that are remembered. */
const MOST_KEYS = 10_000;

/** The keys of records. Those in use are remembered, so that a hit makes no text. */
export class RecordKeys {
  readonly #byTag = new Map<string, string>();

  of(tag: string): string {
    return this.#byTag.get(tag) ?? this.#make(tag);
  }

  #make(tag: string): string {
    if (this.#byTag.size >= MOST_KEYS) this.#byTag.clear();
    const key = RECORD_MARK + tag;
    this.#byTag.set(tag, key);
    return key;
  }
}
