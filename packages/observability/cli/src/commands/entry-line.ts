import type { StoredValue } from "@hitbox/core";

/** One line of an export: an entry, whose payload is base64. */
export function encodeLine(key: string, { payload, ...rest }: StoredValue): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return JSON.stringify({ key, ...rest, payload: bytes.toString("base64") });
}

export interface Line {
  readonly key: string;
  readonly stored: StoredValue;
}

/** The inverse; undefined for a line that is no entry. */
export function decodeLine(text: string): Line | undefined {
  try {
    const { key, payload, ...rest } = JSON.parse(text);
    const texts = [key, payload, rest.format].every((part) => typeof part === "string" && part !== "");
    const ids = isTextOrNone(rest.compressor) && TIMES.every((name) => isTimeOrNone(rest[name]));
    const tags = rest.tags === undefined || (Array.isArray(rest.tags) && rest.tags.every(isText));
    if (!texts || !ids || !tags || rest.createdAt === undefined) return undefined;
    return { key, stored: { ...picked(rest), payload: Buffer.from(payload, "base64") } };
  } catch {
    return undefined;
  }
}

const TIMES = ["createdAt", "staleAt", "expiresAt", "decodedBytes", "loadMs"];

function picked(rest: Omit<StoredValue, "payload">): Omit<StoredValue, "payload"> {
  const { format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs } = rest;
  return { format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs };
}

function isText(part: unknown): boolean {
  return typeof part === "string";
}

function isTextOrNone(part: unknown): boolean {
  return part === undefined || isText(part);
}

function isTimeOrNone(part: unknown): boolean {
  return part === undefined || (Number.isSafeInteger(part) && (part as number) >= 0);
}
