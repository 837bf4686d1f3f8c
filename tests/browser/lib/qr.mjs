// Reads a QR code as our pages draw it (one square of the path for each dark module), for tests that scan. Error correction is left
// out: nothing is between the page and this.

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Data codewords of each block, by version, at the level M that our codes have. */
const BLOCKS = [[], [16], [28], [44], [32, 32], [43, 43], [27, 27, 27, 27], [31, 31, 31, 31], [38, 38, 39, 39], [36, 36, 36, 37, 37], [43, 43, 43, 43, 44]];

const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/**
 * What a code says.
 * @param {string} path the `d` of its path
 * @param {number} size modules on a side
 */
export function readCode(path, size) {
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`));
  const at = (x, y) => (dark.has(`${x} ${y}`) ? 1 : 0);
  const version = (size - 17) / 4;
  const format = [[0, 8], [1, 8], [2, 8], [3, 8], [4, 8], [5, 8], [7, 8], [8, 8], [8, 7], [8, 5], [8, 4], [8, 3], [8, 2], [8, 1], [8, 0]]
    .reduce((bits, [x, y]) => bits * 2 + at(x, y), 0) ^ 0x5412;
  if (format >> 13 !== 0) throw new Error('not of level M');
  const mask = MASKS[(format >> 10) & 7];

  const last = size - 7;
  const count = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const step = count < 2 ? 0 : Math.ceil((size - 13) / (2 * count - 2)) * 2;
  const centres = Array.from({ length: count }, (_, index) => (index === 0 ? 6 : last - step * (count - 1 - index)));
  const corners = new Set([`6 6`, `6 ${last}`, `${last} 6`]);
  const aligned = (x, y) => centres.some((cx) => centres.some((cy) => !corners.has(`${cx} ${cy}`) && Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2));
  const fixed = (x, y) => (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8) || x === 6 || y === 6 || aligned(x, y)
    || (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6)));

  const bits = [];
  let up = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let row = 0; row < size; row += 1) {
      const y = up ? size - 1 - row : row;
      for (const x of [right, right - 1]) {
        if (!fixed(x, y)) bits.push(at(x, y) ^ (mask(x, y) === 0 ? 1 : 0));
      }
    }
    up = !up;
  }
  const words = Array.from({ length: Math.floor(bits.length / 8) }, (_, index) => parseInt(bits.slice(index * 8, index * 8 + 8).join(''), 2));
  const lengths = BLOCKS[version];
  const blocks = lengths.map(() => []);
  let word = 0;
  for (let place = 0; place < Math.max(...lengths); place += 1) {
    lengths.forEach((length, block) => { if (place < length) blocks[block].push(words[word++]); });
  }
  const data = blocks.flat().map((byte) => byte.toString(2).padStart(8, '0')).join('');

  let read = 0;
  const take = (width) => parseInt(data.slice(read, read += width), 2);
  let text = '';
  const wide = version > 9;
  for (;;) {
    const mode = read + 4 > data.length ? 0 : take(4);
    if (mode === 4) {
      const bytes = Array.from({ length: take(wide ? 16 : 8) }, () => take(8));
      text += Buffer.from(bytes).toString('utf8');
    } else if (mode === 2) {
      for (let left = take(wide ? 11 : 9); left > 0; left -= 2) {
        const pair = take(left > 1 ? 11 : 6);
        text += left > 1 ? ALPHANUMERIC[Math.floor(pair / 45)] + ALPHANUMERIC[pair % 45] : ALPHANUMERIC[pair];
      }
    } else if (mode === 1) {
      for (let left = take(wide ? 12 : 10); left > 0; left -= 3) {
        const digits = Math.min(left, 3);
        text += String(take([0, 4, 7, 10][digits])).padStart(digits, '0');
      }
    } else {
      return text;
    }
  }
}
