import { typedJson } from "@hitbox/core";

export const format = typedJson();
