/**
 * The bytes of stub.S: `as stub.S -o stub.o && objcopy -O binary -j .text stub.o stub.bin`. Its test compares them where
 * an assembler is at hand, as on every machine that can build Node's addons.
 */
export const STUB = Buffer.from(
  [
    "4c4a434c4f434b31000000000000000000000000000000000000000000000000f30f1efab8e40000000f0585",
    "c0753783ff3f7732488b15d5ffffff480fa3fa732548690600ca9a3b48034608480305b5ffffffb900ca9a3b",
    "489948f7f94889064889560831c0c3660f1f840000000000f30f1efab8600000000f0585c075404885ff743b",
    "f60585ffffff017432488b0574ffffffb9e8030000489948f7f948690f40420f004801c848034708b940420f",
    "00489948f7f94889074889570831c0c3f30f1efa574883ec1031ff4889e6e84dffffff488b04244883c4105f",
    "4885ff7403488907c3",
  ].join(""),
  "hex",
);

/** Begins the stub, and is found by. */
export const MAGIC = STUB.subarray(0, 8);
/** Where its two numbers are: nanoseconds, and which clocks get them, one bit each. */
export const OFFSET_AT = 8;
export const CLOCKS_AT = 16;

/** CLOCK_REALTIME, CLOCK_REALTIME_COARSE and CLOCK_TAI. Never a monotonic one: on no real host does that jump. */
export const WALL_CLOCKS = (1n << 0n) | (1n << 5n) | (1n << 11n);

/** Which function of the vDSO is led to which place of the stub. */
export const DETOURS: readonly (readonly [symbol: string, at: number])[] = [
  ["__vdso_clock_gettime", 0x20],
  ["__vdso_gettimeofday", 0x70],
  ["__vdso_time", 0xc0],
];
