import { testOutages } from "./test-outages.ts";

testOutages("so does one over node-redis whose first tier is coherent", "coherent", "node-redis");
