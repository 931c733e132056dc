import { type Format, json, typedJson } from "@hitbox/core";
import { expectSame } from "@hitbox/test-support";
import { expect } from "vitest";
import { fuzzEach } from "../support/fuzz-each.ts";

/**
 * A value that is read can be written and read again, and a payload that is refused is refused by an error of
 * its kind.
 */
function readFormat(format: Format, compare: (actual: unknown, expected: unknown) => void) {
  return (bytes: Uint8Array): void => {
    let value: unknown;
    try {
      value = format.deserialize(bytes);
    } catch (error) {
      expect(error).toSatisfy((thrown) => thrown instanceof RangeError || thrown instanceof SyntaxError);
      return;
    }
    compare(format.deserialize(format.serialize(value)), value);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  };
}

const seeds = [
  '{"a":[1,-2.5e3,true,null,"\\u00e9\\"\\\\"],"__proto__":{"polluted":1}}',
  ' {"a":["$Date:1700000000123","$undefined","$hole","$-0","$BigInt:-12"],"b":"$$x"}',
  ' ["$Map",["k",["$Set",1,"$NaN"]],["$Uint8Array:AQID","$URL:http://h/?a#b"]]',
  ' ["$Error","TypeError",{"message":"m","cause":"$RegExp:g:a+"},{"code":1}]',
  ' ["$BigInt:0x1f","$Buffer:AA==","$Float64Array:AAAAAAAA8D8=","$DataView:AA=="]',
].map((text) => Buffer.from(text));

fuzzEach({
  json: {
    target: readFormat(json(), (actual, expected) =>
      expect(JSON.stringify(actual)).toBe(JSON.stringify(expected)),
    ),
    seeds,
  },
  "typed-json": { target: readFormat(typedJson(), expectSame), seeds },
});
