export { type CborOptions, cbor } from "./cbor.ts";
