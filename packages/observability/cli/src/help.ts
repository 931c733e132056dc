import type { Command, Option } from "./commands/command.ts";
import { COMMANDS } from "./commands/commands.ts";
import { COMMON } from "./commands/options.ts";

const STORES = `Stores:
  redis://HOST:PORT, rediss://…           one server
  redis-cluster://HOST,HOST               a cluster
  redis-sentinel://HOST,HOST/MASTER       the master that sentinels name
  lmdb:PATH                               a directory
  sqlite:PATH?table=TABLE                 a file; the table is hitbox by default, here and below
  postgres://HOST/DATABASE?table=TABLE    a table of PostgreSQL
  mysql://HOST/DATABASE?table=TABLE       a table of MySQL or MariaDB
  memcached://HOST:PORT,HOST:PORT         servers, named as your services name them
  dynamodb://TABLE?region=REGION          a table of DynamoDB
  s3://BUCKET?region=REGION               a bucket
  hitbox.config.js                        a module that exports \`backend\` or \`cache\``;

const CODES = `Exit codes: 0 done, 1 problems found, 2 wrong usage, 3 the store cannot be reached, 4 failed.`;

/** The help of the program. */
export function programHelp(): string {
  const rows = COMMANDS.map(({ name, usage, summary }) => [`${name} ${usage}`.trim(), summary] as const);
  return [
    "hitbox looks into a cache, changes it, and checks its store.",
    "Usage: hitbox COMMAND [ARGUMENTS] [OPTIONS]",
    `Commands:\n${columns(rows)}`,
    `Options of every command:\n${optionsText(COMMON)}`,
    STORES,
    CODES,
    "hitbox COMMAND --help says more.",
  ].join("\n\n");
}

/** The help of a command. */
export function commandHelp({ name, usage, summary, details, options = {} }: Command): string {
  return [
    `hitbox ${name} ${summary}.`,
    `Usage: ${`hitbox ${name} ${usage}`.trim()} [OPTIONS]`,
    ...(details === undefined ? [] : [details]),
    ...(Object.keys(options).length === 0 ? [] : [`Options:\n${optionsText(options)}`]),
    `Options of every command:\n${optionsText(COMMON)}`,
    CODES,
  ].join("\n\n");
}

function optionsText(options: Readonly<Record<string, Option>>): string {
  return columns(
    Object.entries(options).map(([name, { short, value, help }]) => {
      const names = short === undefined ? `    --${name}` : `-${short}, --${name}`;
      return [value === undefined ? names : `${names} ${value}`, help] as const;
    }),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
