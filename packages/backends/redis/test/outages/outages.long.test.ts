import { testOutages } from "./test-outages.ts";

testOutages("a service over memory and Redis goes on, in time, and is back soon", "alone", "ioredis");
