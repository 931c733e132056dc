import { inspect } from "node:util";

const MOST_CHARACTERS = 8_192;

/** The beginning of a value, as a text. */
export interface Preview {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Shows a value of any size at bounded cost; no code of the value is run. */
export function previewOf(data: unknown): Preview {
  const text = inspect(data, {
    ...{ depth: 6, maxArrayLength: 100, maxStringLength: 4_096, breakLength: 80 },
    ...{ customInspect: false, getters: false, showProxy: true },
  });
  const isCut = text.length > MOST_CHARACTERS || /\.\.\. \d+ more |\[(?:Object|Array)\]/.test(text);
  return { text: text.slice(0, MOST_CHARACTERS), isWhole: !isCut };
}
