const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** As much of Node's `Buffer` as the memory tier and the checks of keys use. */
export class Buffer extends Uint8Array<ArrayBuffer> {
  static byteLength(text: string): number {
    return utf8.encode(text).byteLength;
  }

  static allocUnsafeSlow(size: number): Buffer {
    return new Buffer(new ArrayBuffer(size));
  }

  static isBuffer(value: unknown): value is Buffer {
    return value instanceof Buffer;
  }

  /** The bytes of a text in UTF-8; of its UTF-16 units for `utf16le`. */
  static bytesOf(text: string, encoding?: string): Buffer {
    if (encoding !== "utf16le") return new Buffer(utf8.encode(text).buffer);
    return new Buffer(Uint16Array.from(text, (unit) => unit.charCodeAt(0)).buffer);
  }

  static override from(...[source, ...more]: [never, ...never[]]): Buffer {
    if (typeof source === "string") return Buffer.bytesOf(source, ...more);
    return new Buffer(...([source, ...more] as [never]));
  }

  write(text: string): number {
    return utf8.encodeInto(text, this).written;
  }

  override toString(encoding?: string, start = 0, end = this.length): string {
    const bytes = this.slice(start, end);
    if (encoding === "base64url") return base64url(bytes);
    if (encoding === "utf16le") return String.fromCharCode(...new Uint16Array(bytes.buffer));
    return fromUtf8.decode(bytes);
  }
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
