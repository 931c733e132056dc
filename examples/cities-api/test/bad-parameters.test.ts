import { expect, test } from "vitest";
import { get, openService } from "./support/service.ts";

const CASES: readonly (readonly [what: string, query: string, parameter: string, error: string])[] = [
  ["no latitude", "lon=2", "lat", "lat is missing."],
  ["no longitude", "lat=2", "lon", "lon is missing."],
  ["an empty latitude", "lat=&lon=2", "lat", "lat must be a number."],
  ["a word", "lat=north&lon=2", "lat", "lat must be a number."],
  ["a hexadecimal number", "lat=0x10&lon=2", "lat", "lat must be a number."],
  ["infinity", "lat=2&lon=Infinity", "lon", "lon must be a number."],
  ["an exponent past all numbers", "lat=2&lon=1e999", "lon", "lon must be from -180 to 180."],
  ["a space", "lat=2&lon=%202", "lon", "lon must be a number."],
  ["a broken escape", "lat=%zz&lon=2", "lat", "lat must be a number."],
  ["too far north", "lat=90.001&lon=2", "lat", "lat must be from -90 to 90."],
  ["too far south", "lat=-91&lon=2", "lat", "lat must be from -90 to 90."],
  ["too far east", "lat=2&lon=180.5", "lon", "lon must be from -180 to 180."],
  ["no cities", "lat=2&lon=2&n=0", "n", "n must be from 1 to 50."],
  ["too many cities", "lat=2&lon=2&n=51", "n", "n must be from 1 to 50."],
  ["part of a city", "lat=2&lon=2&n=2.5", "n", "n must be a whole number."],
  ["an empty count", "lat=2&lon=2&n=", "n", "n must be a number."],
  ["a repeated latitude", "lat=2&lat=3&lon=2", "lat", "lat is given more than once."],
  [
    "an unknown parameter",
    "lat=2&lon=2&limit=3",
    "limit",
    "limit is not a parameter; there are lat, lon and n.",
  ],
  [
    "a prototype",
    "lat=2&lon=2&__proto__=3",
    "__proto__",
    "__proto__ is not a parameter; there are lat, lon and n.",
  ],
];

test.each(CASES)(
  "%s is refused with a sentence that names the parameter",
  async (_, query, parameter, error) => {
    const { origin } = await openService();
    const reply = await get(origin, `/nearest?${query}`);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toEqual({ error, parameter });
  },
);

test("the limits themselves are taken", async () => {
  const { origin } = await openService();
  for (const query of ["lat=90&lon=180&n=50", "lat=-90&lon=-180&n=1", "lat=.5&lon=5.&n=5"]) {
    expect((await get(origin, `/nearest?${query}`)).status).toBe(200);
  }
});

test("another path says what there is", async () => {
  const { origin } = await openService();
  const reply = await get(origin, "/furthest");
  expect(reply.status).toBe(404);
  expect(reply.text).toContain("/nearest?lat=&lon=&n=");
});
