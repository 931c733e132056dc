/** Tells one request of the SDK to stop. */
export interface Stop {
  readonly signal: StopSignal;
  abort(): void;
}

export type StopSignal = AbortSignal | LightSignal;

/** The SDK's own form of a signal: one listener, and none of the platform's events, which would cost a read 2%. */
export interface LightSignal {
  aborted: boolean;
  onabort: (() => void) | null;
}

/** The parts of a client's configuration that say how requests are sent and signed. */
export interface Sender {
  readonly config: {
    readonly requestHandler?:
      | { readonly metadata?: { readonly handlerProtocol?: string | undefined } | undefined }
      | undefined;
    readonly credentials?: (() => PromiseLike<object>) | undefined;
  };
}

/** Names that the SDK's handlers over Node's own http and http2 have. */
const LIGHT: ReadonlySet<unknown> = new Set(["http/1.1", "h2"]);

/** A stop for one request. Handlers over `fetch`, and those of others, need the platform's signal. */
export function stopFor({ config }: Sender): Stop {
  return LIGHT.has(config.requestHandler?.metadata?.handlerProtocol)
    ? new LightStop()
    : new AbortController();
}

class LightStop implements Stop {
  readonly signal: LightSignal = { aborted: false, onabort: null };

  abort(): void {
    this.signal.aborted = true;
    this.signal.onabort?.();
  }
}
