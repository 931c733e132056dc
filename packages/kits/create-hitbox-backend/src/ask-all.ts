import { CAPABILITIES, type Capability } from "./capabilities.ts";
import { checkClient, namesOf } from "./names.ts";

/** Asks a question, and resolves with the answer without spaces around it. */
export type Ask = (question: string) => Promise<string>;

export interface Answers {
  readonly name: string | undefined;
  readonly client: string | undefined;
  /** A list, as `--can` takes it. */
  readonly can: string | undefined;
}

/** Asks for each answer that is not known. A wrong answer is asked again. */
export async function askAll(known: Answers, ask: Ask): Promise<Answers> {
  const name = known.name ?? (await asked("Name of the store, such as my-store: ", ask, namesOf));
  const client =
    known.client ?? (await asked("Npm package of its client (empty: none): ", ask, checkIfGiven));
  return { name, client: client === "" ? undefined : client, can: known.can ?? (await askCan(ask)) };
}

function checkIfGiven(client: string): void {
  if (client !== "") checkClient(client);
}

async function askCan(ask: Ask): Promise<string> {
  const can: Capability[] = [];
  for (const [capability, question] of Object.entries(CAPABILITIES)) {
    const answer = await ask(`${question} (y/N) `);
    if (/^y/i.test(answer)) can.push(capability as Capability);
  }
  return can.join(",");
}

/** Asks until `check` does not throw. */
async function asked(question: string, ask: Ask, check: (answer: string) => unknown): Promise<string> {
  let hint = "";
  for (;;) {
    const answer = await ask(hint + question);
    try {
      check(answer);
      return answer;
    } catch (error) {
      hint = `${(error as Error).message}\n`;
    }
  }
}
