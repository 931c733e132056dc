import { testOutages } from "./test-outages.ts";

testOutages("so does one whose first tier is coherent, and hears again as soon", "coherent", "ioredis");
