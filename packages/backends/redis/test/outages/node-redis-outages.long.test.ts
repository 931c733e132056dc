import { testOutages } from "./test-outages.ts";

testOutages("a service over a node-redis client goes on, in time, and is back soon", "alone", "node-redis");
