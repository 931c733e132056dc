/*
 * WTF-8 (https://simonsapin.github.io/wtf-8): UTF-8 in which a lone surrogate, too, has its three bytes.
 */
const LONE_SURROGATE = /\p{Surrogate}/gu;

export function bytesOfWtf8(text: string): Buffer {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const { index } of text.matchAll(LONE_SURROGATE)) {
    const unit = text.charCodeAt(index);
    chunks.push(Buffer.from(text.slice(from, index)));
    chunks.push(Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]));
    from = index + 1;
  }
  return Buffer.concat([...chunks, Buffer.from(text.slice(from))]);
}

export function wtf8OfBytes(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  let from = 0;
  for (let at = view.indexOf(0xed); at !== -1; at = view.indexOf(0xed, at + 1)) {
    const [second = 0, third = 0] = [view[at + 1], view[at + 2]];
    if (second < 0xa0 || second > 0xbf || third >> 6 !== 2) continue;
    text += view.toString("utf8", from, at);
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    from = at + 3;
  }
  return text + view.toString("utf8", from);
}
