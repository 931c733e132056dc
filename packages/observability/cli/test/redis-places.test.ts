import { expect, it } from "vitest";
import { placeName, redisPlace } from "../src/store/redis-place.ts";

it("takes the login before the first host for all hosts, and for the master of sentinels", () => {
  const place = redisPlace("redis-sentinel://ops:s%40fe@a:1,b:2/main/3");
  expect(place).toEqual({
    sentinels: ["redis://ops:s%40fe@a:1", "redis://ops:s%40fe@b:2"],
    ...{ name: "main", database: 3, username: "ops", password: "s@fe" },
  });
  expect(redisPlace("rediss-cluster://ops:pw@a:1,b:2")).toEqual({
    cluster: ["rediss://ops:pw@a:1", "rediss://ops:pw@b:2"],
  });
});

it("names a place without its login", () => {
  for (const text of ["redis://ops:pw@a:1", "redis-cluster://ops:pw@a,b", "redis-sentinel://ops:pw@a,b/m"]) {
    const place = redisPlace(text);
    expect(place && placeName(place)).not.toContain("pw");
  }
});
