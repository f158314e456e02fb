/** As much of ELF as the vDSO needs: where its functions are. See elf(5). */

const X86_64 = 62;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const PROGRAM_HEADER = { type: 0, address: 16 } as const;
const SYMBOL = { name: 0, value: 8, size: 24 } as const;

/** Exported functions by name: how far from the start of the image. Throws for what is no image of this processor's. */
export function functionsOf(image: Buffer): ReadonlyMap<string, number> {
  const word = (at: number): number => Number(image.readBigInt64LE(at));
  if (image.readUInt32BE(0) !== 0x7f454c46) throw new Error("no ELF image");
  if (image.readUInt16LE(18) !== X86_64) throw new Error("not of x86-64");

  const headers = Array.from({ length: image.readUInt16LE(56) }, (_, index) => {
    const at = word(32) + index * image.readUInt16LE(54);
    return { type: image.readUInt32LE(at + PROGRAM_HEADER.type), address: word(at + PROGRAM_HEADER.address) };
  });
  // Addresses in it count from where it would like to be loaded.
  const base = headers.find(({ type }) => type === PT_LOAD)?.address ?? 0;
  const dynamic = headers.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) throw new Error("no dynamic section");

  const tags = new Map<number, number>();
  for (let at = dynamic.address - base; word(at) !== 0; at += 16) tags.set(word(at), word(at + 8) - base);
  const [strings = 0, symbols = 0, hash] = [DT_STRTAB, DT_SYMTAB, DT_HASH].map((tag) => tags.get(tag));
  // Only the hash table tells how many symbols there are; without one the strings follow them.
  const count = hash === undefined ? (strings - symbols) / SYMBOL.size : image.readUInt32LE(hash + 4);

  const functions = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const at = symbols + index * SYMBOL.size;
    const name = strings + image.readUInt32LE(at + SYMBOL.name);
    functions.set(image.toString("latin1", name, image.indexOf(0, name)), word(at + SYMBOL.value) - base);
  }
  return functions;
}
