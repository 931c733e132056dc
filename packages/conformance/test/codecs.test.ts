import { brotli, gzip, json, passthrough } from "@hitbox/core";
import { test } from "vitest";
import { compressorConformance, formatConformance } from "../src/index.ts";

formatConformance({ test, format: json() });

compressorConformance({ test, compressor: gzip() });
compressorConformance({ test, compressor: gzip({ level: 0, minBytes: 1 }), name: "gzip, stored" });
compressorConformance({ test, compressor: brotli() });
compressorConformance({ test, compressor: passthrough() });
