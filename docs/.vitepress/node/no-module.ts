export { absent } from "./absent.ts";
