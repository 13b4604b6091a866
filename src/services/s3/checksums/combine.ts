// The CRC of two pieces put together, from the CRC of each: how an object's
// checksum follows from its parts' without reading them again. The arithmetic
// is zlib's crc32_combine for any reflected CRC that begins and ends inverted.

/** A CRC's width in bits and its reflected polynomial. */
export interface CrcForm {
  readonly width: bigint;
  readonly polynomial: bigint;
}

export const crcForms = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Readonly<Record<string, CrcForm>>;

/** Of pieces in order, each with its CRC and its length in bytes. */
export function combineCrcs(
  form: CrcForm,
  pieces: readonly { readonly crc: bigint; readonly length: number }[],
): bigint {
  // Nearly all parts of an upload are of one size.
  const shifts = new Map<number, bigint>();
  let whole = 0n;
  for (const { crc, length } of pieces) {
    let shift = shifts.get(length);
    if (shift === undefined) {
      shift = shiftBy(form, length);
      shifts.set(length, shift);
    }
    whole = multiply(form, shift, whole) ^ crc;
  }
  return whole;
}

/** x to the power of 8 x `bytes`, modulo the polynomial. */
function shiftBy(form: CrcForm, bytes: number): bigint {
  let result = 1n << (form.width - 1n);
  let power = 1n << (form.width - 9n);
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(form, power, result);
    power = multiply(form, power, power);
  }
  return result;
}

function multiply({ width, polynomial }: CrcForm, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}
