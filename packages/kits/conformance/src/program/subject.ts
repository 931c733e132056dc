import { pathToFileURL } from "node:url";
import { type BackendConformanceOptions, backendConformance } from "../backend-conformance.ts";
import type { RegisterTest } from "../case.ts";
import { type CompressorConformanceOptions, compressorConformance } from "../compressor-conformance.ts";
import { type FormatConformanceOptions, formatConformance } from "../format-conformance.ts";

/** The exports of a module that the program proves. One of `open`, `format` and `compressor` is needed. */
export interface Subject {
  readonly open?: BackendConformanceOptions["open"] | undefined;
  /** The same as `open`. */
  readonly default?: BackendConformanceOptions["open"] | undefined;
  readonly awkwardSpaces?: BackendConformanceOptions["awkwardSpaces"];
  readonly raw?: BackendConformanceOptions["raw"];
  readonly format?: FormatConformanceOptions["format"] | undefined;
  readonly values?: FormatConformanceOptions["values"];
  readonly compressor?: CompressorConformanceOptions["compressor"] | undefined;
  /** Ends clients that the module itself has opened; called after the last case. */
  readonly close?: (() => unknown) | undefined;
}

/** A module without a subject, or none at all. */
export class SubjectError extends Error {}

export async function loadSubject(path: string): Promise<Subject> {
  let subject: Subject;
  try {
    subject = (await import(pathToFileURL(path).href)) as Subject;
  } catch (error) {
    throw new SubjectError(`${path} cannot be loaded: ${error instanceof Error ? error.message : error}`);
  }
  const { open = subject.default, format, compressor } = subject;
  if (open === undefined && format === undefined && compressor === undefined)
    throw new SubjectError(
      `${path} should export \`open\`, \`format\` or \`compressor\`, and exports ${namesOf(subject)}`,
    );
  return { ...subject, open };
}

/** Registers the cases of everything that the module exports. */
export function registerCases(test: RegisterTest, subject: Subject): void {
  const { open, awkwardSpaces, raw, format, values, compressor } = subject;
  if (open !== undefined) backendConformance({ test, open, awkwardSpaces, raw });
  if (format !== undefined) formatConformance({ test, format, values });
  if (compressor !== undefined) compressorConformance({ test, compressor });
}

function namesOf(subject: object): string {
  return Object.keys(subject).join(", ") || "nothing";
}
