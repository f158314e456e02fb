import type { Payload } from "../payload.js";

/** What the builder left in the page: as it is, or packed where it is large. */
export async function loadPayload(): Promise<Payload> {
  const element = document.getElementById("payload");
  const text = element?.textContent ?? "";
  if (element?.dataset["encoding"] !== "gzip") return JSON.parse(text) as Payload;
  const unpacked = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(unpacked).json()) as Payload;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
