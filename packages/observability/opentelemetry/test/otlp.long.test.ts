import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { openTelemetryTraces } from "@hitbox/opentelemetry";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, it, onTestFinished } from "vitest";

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Delivery {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Span[] }[] }[];
}

/** An endpoint of OTLP over HTTP, in JSON: it keeps the spans that are delivered to it. */
async function receiver() {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans }: Delivery = JSON.parse(await text(request));
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { spans, url: `http://127.0.0.1:${port}/v1/traces` };
}

/** The name of a span, and the names of its parents. */
function pathOf(span: Span, all: readonly Span[]): string {
  const parent = all.find((one) => one.spanId === span.parentSpanId);
  return parent ? `${span.name} < ${pathOf(parent, all)}` : span.name;
}

it("OTLP over HTTP delivers the span of a call, with its load and its operations of tiers", async () => {
  const { spans, url } = await receiver();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const traces = openTelemetryTraces({ tracerProvider });
  onTestFinished(() => {
    traces.stop();
    context.disable();
  });
  const far = memory({ maxBytes: 1_000_000, label: "redis", format: json() });
  const cache = createCache({ backend: compose(memory({ maxEntries: 100 }), far), ttl: "10s" });
  await cache.entity({ prefix: "user" }).getOrSet("42", async () => "Ada");
  await cache.close();
  await tracerProvider.shutdown();
  const call = "getOrSet user.v0";
  expect(spans.map((span) => pathOf(span, spans)).sort()).toEqual(
    expect.arrayContaining([
      call,
      `load user.v0 < ${call}`,
      `read memory>redis.redis < ${call}`,
      `write memory>redis.redis < load user.v0 < ${call}`,
    ]),
  );
});
