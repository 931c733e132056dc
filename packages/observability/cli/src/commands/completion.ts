import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";
import { COMMON } from "./options.ts";

/** Prints a script that completes commands and options. */
export function completion(commands: readonly Command[]): Command {
  const own: Command = {
    name: "completion",
    usage: "bash|zsh|fish",
    summary: "prints a script that completes commands and options",
    details: 'For bash and zsh: eval "$(hitbox completion bash)". For fish: hitbox completion fish | source.',
    fewest: 1,
    most: 1,
    async run({ args: [shell = ""], io }) {
      const script = SCRIPTS[shell];
      if (script === undefined) throw new UsageError("the shell is not known. Write bash, zsh or fish");
      io.stdout.write(`${script([...commands, own])}\n`);
      return EXIT.ok;
    },
  };
  return own;
}

type Script = (commands: readonly Command[]) => string;

const SCRIPTS: Readonly<Record<string, Script | undefined>> = {
  bash,
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`,
  fish,
};

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${flagsOf(command).join(" ")}" ;;`);
  return `_hitbox() {
  local words="${commands.map(({ name }) => name).join(" ")}"
  if [ "$COMP_CWORD" -gt 1 ]; then case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _hitbox hitbox`;
}

function fish(commands: readonly Command[]): string {
  const names = commands.map(
    ({ name, summary }) => `complete -c hitbox -n __fish_use_subcommand -a ${name} -d "${summary}"`,
  );
  const flags = commands.flatMap((command) =>
    flagsOf(command).map(
      (flag) => `complete -c hitbox -n "__fish_seen_subcommand_from ${command.name}" -l ${flag.slice(2)}`,
    ),
  );
  return [...names, ...flags].join("\n");
}

function flagsOf({ options = {} }: Command): string[] {
  return Object.keys({ ...options, ...COMMON }).map((name) => `--${name}`);
}
