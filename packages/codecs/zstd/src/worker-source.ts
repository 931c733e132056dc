/**
 * The worker's program, as text: the only form that loads alike from sources, from a build and from a bundle.
 * It answers each job with bytes or with the message of an error.
 */
export const WORKER_SOURCE: string = `
"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const binding = require(workerData);

const operations = {
  compress({ bytes, level }) {
    const context = new binding.CCtx();
    context.setParameter(binding.CParameter.compressionLevel, level);
    const target = new Uint8Array(binding.compressBound(bytes.byteLength));
    return target.slice(0, context.compress2(target, bytes));
  },
  decompress({ bytes, decodedBytes }) {
    const target = new Uint8Array(decodedBytes);
    const size = new binding.DCtx().decompress(target, bytes);
    return size === decodedBytes ? target : target.slice(0, size);
  },
};

parentPort.on("message", ({ id, job }) => {
  try {
    const bytes = operations[job.operation](job);
    parentPort.postMessage({ id, bytes }, [bytes.buffer]);
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message) });
  }
});
`;
