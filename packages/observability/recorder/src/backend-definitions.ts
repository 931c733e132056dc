import { AGES, counter, type Definition, histogram, SHORT, TIMES } from "./definition.ts";

export type BackendHistogram =
  | "readTime"
  | "readAge"
  | "writeTime"
  | "removeTime"
  | "serialize"
  | "deserialize"
  | "compress"
  | "decompress";
export type BackendNumber =
  | "reads"
  | "readHits"
  | "readBytes"
  | "readErrors"
  | "writes"
  | "writeBytes"
  | "writeErrors"
  | "removes"
  | "removeErrors";

/** Metrics of backends and their codecs. The names are those of the Rust project. */
export const BACKEND_DEFINITIONS: Readonly<Record<BackendHistogram | BackendNumber, Definition>> = {
  reads: counter(
    "backend_read_total",
    "backend.reads",
    "{operation}",
    ["backend", "purpose"],
    "Reads of a backend, failed ones too.",
  ),
  readHits: counter(
    "backend_read_hits_total",
    "backend.read.hits",
    "{operation}",
    ["backend", "purpose"],
    "Reads of a backend that found an entry.",
  ),
  readTime: histogram(
    "backend_read_duration_seconds",
    "backend.read.duration",
    TIMES,
    ["backend"],
    "Time of reads. A hit of a live value in memory counts as 0.",
  ),
  readAge: histogram(
    "backend_hit_age_seconds",
    "backend.hit.age",
    AGES,
    ["backend"],
    "Age of the values that a backend answered with. One hit in 64 is looked at.",
  ),
  readBytes: counter(
    "backend_read_bytes_total",
    "backend.read.size",
    "By",
    ["backend"],
    "Stored bytes that were read.",
  ),
  readErrors: counter(
    "backend_read_errors_total",
    "backend.read.errors",
    "{error}",
    ["backend", "code"],
    "Reads that failed.",
  ),
  writes: counter(
    "backend_write_total",
    "backend.writes",
    "{operation}",
    ["backend", "purpose"],
    "Writes to a backend, failed ones too.",
  ),
  writeTime: histogram(
    "backend_write_duration_seconds",
    "backend.write.duration",
    TIMES,
    ["backend"],
    "Time of writes.",
  ),
  writeBytes: counter(
    "backend_write_bytes_total",
    "backend.write.size",
    "By",
    ["backend"],
    "Bytes that were stored.",
  ),
  writeErrors: counter(
    "backend_write_errors_total",
    "backend.write.errors",
    "{error}",
    ["backend", "code"],
    "Writes that failed.",
  ),
  removes: counter(
    "backend_remove_total",
    "backend.removes",
    "{operation}",
    ["backend", "purpose"],
    "Removals from a backend, failed ones too.",
  ),
  removeTime: histogram(
    "backend_remove_duration_seconds",
    "backend.remove.duration",
    TIMES,
    ["backend"],
    "Time of removals.",
  ),
  removeErrors: counter(
    "backend_remove_errors_total",
    "backend.remove.errors",
    "{error}",
    ["backend", "code"],
    "Removals that failed.",
  ),
  serialize: codec("serialize", "Time of serializing values."),
  deserialize: codec("deserialize", "Time of deserializing values."),
  compress: codec("compress", "Time of compressing payloads."),
  decompress: codec("decompress", "Time of decompressing payloads."),
};

function codec(step: string, help: string): Definition {
  return histogram(`backend_${step}_duration_seconds`, `backend.${step}.duration`, SHORT, ["backend"], help);
}
