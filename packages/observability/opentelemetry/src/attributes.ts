import { BackendError } from "@hitbox/core";
import type { Attributes } from "@opentelemetry/api";

/** The kind of an error. Its message stays out of the trace: it may hold data of the application. */
export function errorAttributes(error: unknown): Attributes {
  if (BackendError.is(error)) return { "error.type": error.code };
  return { "error.type": error instanceof Error ? error.name : "_OTHER" };
}

/** Attributes of a call or a load. */
export function placeOf(message: { cache: string; namespace: string; entity: string }): Attributes {
  const { cache, namespace, entity } = message;
  return { "hitbox.cache": cache, "hitbox.namespace": namespace, "hitbox.entity": entity };
}
