// What a browser without DecompressionStream does instead: it reads what zlib wrote (RFC 1950 and 1951).

/** A code by how many of its words have each length, and by what these mean, in their order. */
interface Code { counts: number[]; meanings: number[] }

const damaged = () => new Error("what is packed is damaged");

// codeOf makes the code in which each meaning has a word of a length; 0 for none.
function codeOf(lengths: number[]): Code {
  const counts = Array<number>(16).fill(0);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const meanings = lengths.map((_, meaning) => meaning).filter((meaning) => lengths[meaning]);
  return { counts, meanings: meanings.sort((a, b) => lengths[a] - lengths[b] || a - b) };
}

// steps gives where each of the ranges begins that take so many more bits.
function steps(first: number, bits: number[]): number[] {
  return bits.map((more) => {
    const from = first;
    first += 1 << more;
    return from;
  });
}

const spread = (n: number, each: number, from: number) => Array.from({ length: n }, (_, i) => Math.max(0, Math.floor((i - from) / each)));
const lengthBits = [...spread(28, 4, 4), 0];
const lengthFrom = [...steps(3, lengthBits.slice(0, 28)), 258];
const farBits = spread(30, 2, 2);
const farFrom = steps(1, farBits);
const orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** inflate gives what zlib compressed; what is damaged, or larger than most bytes, is an error. */
export function inflate(data: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(Math.min(most, data.length * 4));
  let size = 0;
  let at = 2;
  let held = 0; // bits that were read and not used
  let left = 0; // how many these are

  const bits = (n: number): number => {
    for (; left < n; left += 8) {
      if (at >= data.length) throw damaged();
      held |= data[at++] << left;
    }
    const value = held & ((1 << n) - 1);
    held >>>= n;
    left -= n;
    return value;
  };
  const word = ({ counts, meanings }: Code): number => {
    for (let length = 1, code = 0, first = 0, index = 0; length < 16; length++) {
      code |= bits(1);
      if (code - first < counts[length]) return meanings[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw damaged();
  };
  const put = (byte: number) => {
    if (size === out.length) {
      if (size >= most) throw damaged();
      const larger = new Uint8Array(Math.min(most, size * 2 + 64));
      larger.set(out);
      out = larger;
    }
    out[size++] = byte;
  };
  const codes = (kind: number): [Code, Code] => {
    if (kind === 1) return [codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))), codeOf(Array(30).fill(5))];
    if (kind !== 2) throw damaged();
    const [letters, fars, many] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const own = Array<number>(19).fill(0);
    for (const place of orderOfLengths.slice(0, many)) own[place] = bits(3);
    const code = codeOf(own);
    const lengths: number[] = [];
    while (lengths.length < letters + fars) {
      const length = word(code);
      if (length < 16) lengths.push(length);
      else {
        const again = length === 16 ? lengths[lengths.length - 1] : 0;
        for (let n = length === 16 ? 3 + bits(2) : length === 17 ? 3 + bits(3) : 11 + bits(7); n > 0; n--) lengths.push(again);
      }
    }
    return [codeOf(lengths.slice(0, letters)), codeOf(lengths.slice(letters, letters + fars))];
  };

  if ((data[0] & 15) !== 8 || ((data[0] << 8) | data[1]) % 31) throw damaged();
  for (let last = 0; !last; ) {
    last = bits(1);
    const kind = bits(2);
    if (!kind) {
      held = left = 0;
      let n = bits(16);
      if ((n ^ bits(16)) !== 0xffff) throw damaged();
      while (n--) put(bits(8));
      continue;
    }
    const [letters, fars] = codes(kind);
    for (let letter; (letter = word(letters)) !== 256; ) {
      if (letter < 256) {
        put(letter);
        continue;
      }
      const n = lengthFrom[letter - 257] + bits(lengthBits[letter - 257]);
      const far = word(fars);
      const from = size - farFrom[far] - bits(farBits[far]);
      if (!(from >= 0 && n)) throw damaged();
      for (let i = 0; i < n; i++) put(out[from + i]);
    }
  }
  let [a, b] = [1, 0]; // Adler-32
  for (const byte of out.subarray(0, size)) b = (b + (a = (a + byte) % 65521)) % 65521;
  held = left = 0;
  if (at + 4 !== data.length || ((data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]) !== ((b << 16) | a)) throw damaged();
  return out.subarray(0, size);
}
