// People who cannot exist: their numbers begin with province prefixes that are not assigned.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A citizen number with the right check character; each serial is another person. */
export function citizen(serial, birth) {
  const first = `49${String(serial).padStart(4, '0')}${birth.replaceAll('-', '')}002`;
  const sum = [...first].reduce((total, digit, at) => total + Number(digit) * WEIGHTS[at], 0);
  return first + '10X98765432'[sum % 11];
}

/** A travel permit of a Macao resident, far above what has been issued. */
export const macaoPermit = (serial) => `M99${String(serial).padStart(6, '0')}`;

/** A passport that no country issues. */
export const passport = (serial) => `SYN${String(serial).padStart(6, '0')}`;

/** The date of so many years ago. */
export function yearsAgo(years) {
  const date = new Date();
  return `${date.getFullYear() - years}-01-15`;
}

/** The machine-readable zone of a passport (TD3), as a desk reader types it. */
export function zone({ country, surname, given, number, nationality, birth, sex, until }) {
  const pad = (text, length) => text.padEnd(length, '<').slice(0, length);
  const check = (text) => {
    const value = (character) => (character === '<' ? 0 : parseInt(character, 36));
    return String([...text].reduce((sum, character, at) => sum + value(character) * [7, 3, 1][at % 3], 0) % 10);
  };
  const digits = (date) => date.replaceAll('-', '').slice(2);
  const parts = [pad(number, 9), digits(birth), digits(until)].map((text) => text + check(text));
  const optional = pad('', 14);
  const all = `${parts.join('')}${optional}<`;
  const second = `${parts[0]}${nationality}${parts[1]}${sex}${parts[2]}${optional}<${check(all)}`;
  return `${pad(`P<${country}${surname}<<${given}`, 44)}\n${second}`;
}

/** A second-generation reader's text record of a citizen's card, as hexadecimal, as a keyboard wedge types it. */
export function chipRecord({ name, number, birth, sex = '2', address = '广东省佛山市禅城区演示路1号' }) {
  const record = new Uint16Array(128).fill(0x20);
  const put = (offset, width, text) => {
    for (let at = 0; at < width / 2 && at < text.length; at += 1) record[offset / 2 + at] = text.charCodeAt(at);
  };
  const day = birth.replaceAll('-', '');
  put(0, 30, name);
  put(30, 2, sex);
  put(32, 4, '01');
  put(36, 16, day);
  put(52, 70, address);
  put(122, 36, number);
  put(158, 30, '演示公安局');
  put(188, 16, '20200101');
  put(204, 16, '长期');
  return Buffer.from(record.buffer).toString('hex');
}
