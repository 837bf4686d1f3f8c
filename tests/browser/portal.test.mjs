// The reader's own pages (6.1.1.2, 6.3.1, 4.2.1, 4.2.3, A.2.3): what a reader does with a phone in one hand, in a real browser.
// Each test has readers of its own, since what it does to a card stays.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const PHONE = { width: 390, height: 844 };
const phone = (more = {}) => ({ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });
const english = phone({ locale: 'en-GB' });
const plain = phone({ javaScriptEnabled: false });
const NEW = 'shu1shan1you3lu4';

/** A test in each way of looking: its name, the sort of the reader, what the visitor is like. */
const each = (ways) => ({
  test(title, expect, use) {
    for (const [language, sort, context] of ways) {
      yueka.test(`${title}, ${language}`, { context, expect }, (given) => use({ ...given, language, sort, context }));
    }
  },
});

const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);

/** Nothing sticks out of the page at the side. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
}

/** A page as it is: it shuts nobody out, and fits. */
async function glance(page, name) {
  await axe(page);
  await fits(page);
  await shot(page, `portal ${name}`);
}

/** A page is looked at, in the dark too, and as wide as a screen that is enlarged four times (WCAG 1.4.10). */
async function look(page, name) {
  await glance(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await axe(page);
  await page.emulateMedia({ colorScheme: 'light' });
  const usual = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page);
  await shot(page, `portal ${name} 320`);
  await page.setViewportSize(usual);
}

/** The same page on a small phone, in the dark, and at a desk. */
async function lookAround(page, name) {
  await look(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await glance(page, `${name} dark`);
  await page.setViewportSize({ width: 360, height: 780 });
  await glance(page, `${name} 360 dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await glance(page, `${name} 360`);
  await page.setViewportSize({ width: 1366, height: 768 });
  await glance(page, `${name} wide`);
  await page.setViewportSize(PHONE);
}

async function enter(page, number, password) {
  await page.goto('/my/sign-in');
  await page.locator('[name=number]').fill(number);
  await page.locator('[name=password]').fill(password);
  await page.locator('main form [type=submit]').click();
  await page.waitForLoadState();
}

/** Signs in, and chooses a password where the default is still in use. */
async function home(page, reader) {
  await enter(page, reader.number, reader.password);
  if (new URL(page.url()).pathname === '/my/password') {
    await choose(page, reader.password, NEW);
    reader.password = NEW;
  }
  await page.locator('.card-face').waitFor();
}

async function choose(page, current, chosen, repeated = chosen) {
  await page.locator('[name=current_password]').fill(current);
  await page.locator('[name=new_password]').fill(chosen);
  await page.locator('[name=repeat_password]').fill(repeated);
  await page.locator('main form [type=submit]').click();
  await page.waitForLoadState();
}

/** What the simulated gateway was given. */
const messages = (demo) => fetch(`${demo.sms}/messages.json`).then((answer) => answer.json());

/** What the simulated mail server was given. */
const mails = (demo) => fetch(`${demo.mail}/mails.json`).then((answer) => answer.json());

/** Waits for the code in a mail to somebody that was not among these. */
async function codeMailedAfter(demo, before) {
  const known = new Set(before.map((mail) => mail.id));
  for (let tries = 0; tries < 150; tries += 1) {
    const mail = (await mails(demo)).find((one) => !known.has(one.id) && /(?<!\d)\d{6}(?!\d)/.test(one.text));
    if (mail) return { ...mail, code: /(?<!\d)\d{6}(?!\d)/.exec(mail.text)[0] };
    await sleep(100);
  }
  throw new Error('no mail came');
}

/** The files of a ZIP, by the directory at its end. */
function unpack(zip) {
  const files = new Map();
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, name, extra, comment] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), ...[28, 30, 32].map((place) => zip.readUInt16LE(at + place))];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + size);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(content) : content);
    at += 46 + name + extra + comment;
  }
  return files;
}

/** Waits for the code in a message that was not among these. */
async function codeAfter(demo, before) {
  const known = new Set(before.map((message) => message.id));
  for (let tries = 0; tries < 150; tries += 1) {
    const code = (await messages(demo)).filter((message) => !known.has(message.id))
      .map((message) => ({ to: message.to, code: /(?<!\d)\d{6}(?!\d)/.exec(message.text)?.[0] }))
      .find((found) => found.code);
    if (code) return code;
    await sleep(100);
  }
  throw new Error('no code came');
}

const errorAt = (page, id) => page.locator(`#${id}-error`);

each([
  ['简体', 'document_card_adult', phone()],
  ['English', 'document_card_permanent_resident', english],
  ['简体 without JavaScript', 'one_card_macao_permit', plain],
]).test('a_2_3 the default password leads to a chosen one, and then to the card', [/4\d\d/], async ({ page, demo, language, sort, context }) => {
  const reader = who(demo, sort);
  const scripted = context.javaScriptEnabled !== false;
  const seen = async (name) => { if (scripted) await look(page, `${name} ${language}`); };
  await page.goto('/my');
  await page.waitForURL(/\/my\/sign-in/);
  await seen('sign in');
  await enter(page, reader.number, reader.password);
  assert.equal(new URL(page.url()).pathname, '/my/password');
  await page.goto('/my/information');
  assert.equal(new URL(page.url()).pathname, '/my/password', 'nothing else before');
  await seen('first password');

  for (const [chosen, repeated, current, at] of [
    ['short1', undefined, undefined, 'new-password'],
    ['password1', undefined, undefined, 'new-password'],
    [`${reader.number}a`, undefined, undefined, 'new-password'],
    [NEW, 'something else 1', undefined, 'repeat-password'],
    [NEW, undefined, 'never this 1', 'current-password'],
  ]) {
    await choose(page, current ?? reader.password, chosen, repeated);
    await errorAt(page, at).waitFor();
    assert.equal(await page.locator('.error-summary a').count(), 1);
    const html = await page.content();
    for (const typed of [chosen, repeated, current]) assert.ok(!typed || !html.includes(typed), 'what was typed is not shown');
  }
  await seen('first password refused');
  await choose(page, reader.password, NEW);
  reader.password = NEW;
  assert.equal(new URL(page.url()).pathname, '/my');

  const card = page.locator('.card-face');
  const text = await card.innerText();
  assert.ok(text.replaceAll(' ', '').includes(reader.number.replaceAll(' ', '')), 'the number in groups');
  assert.match(text, language === 'English' ? /Active/ : /正常/);
  assert.equal(await card.locator('svg[role=img]').count(), 2, 'a barcode and a square');
  for (const code of await card.locator('svg[role=img]').all()) assert.ok((await code.boundingBox()).height > 60);
  assert.equal(await page.locator('.my-action').count(), 4);
  if (scripted) await lookAround(page, `card ${language}`);
  await page.goto('/my');
  await seen('card on later visits');
  await page.locator('.portal-foot [type=submit]').click();
  await page.waitForURL(/sign-in/);
  // Whoever takes the phone next goes back to nothing.
  await page.goBack();
  await page.waitForLoadState();
  assert.equal(await page.locator('.card-face').count(), 0, 'going back shows no card');
  await page.goto('/my');
  await page.waitForURL(/sign-in/);
});

yueka.test('c_5_1_3 who is refused learns nothing of why', { context: phone(), expect: [/403/] }, async ({ page, demo }) => {
  const known = who(demo, 'document_card_hmt_residence_permit');
  const said = [];
  for (const [number, password] of [[known.number, 'wrong-Password-1'], ['0757999999999999', known.password], [who(demo, 'cancelled').number, 'wrong-Password-1']]) {
    await enter(page, number, password);
    said.push((await page.locator('.error-summary').innerText()));
    assert.equal(await page.locator('[name=number]').inputValue(), number, 'what was typed is kept');
    assert.equal(await page.locator('[name=password]').inputValue(), '');
  }
  assert.equal(new Set(said).size, 1, said.join('\n'));
  await look(page, 'refused');
  await page.emulateMedia({ colorScheme: 'dark' });
  await glance(page, 'refused dark');
});

each([
  ['简体', 'one_card_taiwan_permit', phone()],
  ['English', 'restored', english],
  ['简体 without JavaScript', 'one_card_minor', plain],
]).test('c_6_3_1 a loss holds at once', [/409/], async ({ page, demo, language, sort, context }) => {
  const reader = who(demo, sort);
  const scripted = context.javaScriptEnabled !== false;
  await home(page, reader);
  await page.locator('.my-action[data-kind=danger]').click();
  await page.waitForURL(/\/my\/loss/);
  if (scripted) await lookAround(page, `loss ${language}`);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/loss\/done/);
  const status = page.locator('main [role=status]');
  assert.match(await status.innerText(), language === 'English' ? /no member library/ : /停用/);
  // The moment to the second, by the clock of Foshan, and whom to ask.
  const moment = await status.locator('time').innerText();
  const told = new Date(`${moment.replace(' ', 'T')}+08:00`);
  assert.ok(Math.abs(Date.now() - told.getTime()) < 60_000, moment);
  assert.match(await status.innerText(), language === 'English' ? /Beijing time/ : /北京时间/);
  assert.match(await page.locator('a[href^="tel:"]').innerText(), /\d{4}/);
  await page.reload();
  assert.equal(await status.locator('time').innerText(), moment, 'and still there when it is loaded again');
  if (scripted) await lookAround(page, `loss done ${language}`);
  // Here and everywhere: the pages are shut, and signing in says why and what to do.
  await page.goto('/my');
  await page.waitForURL(/sign-in/);
  await enter(page, reader.number, reader.password);
  assert.match(await page.locator('main .notice[role=alert]').innerText(), language === 'English' ? /lost[\s\S]*member library/i : /挂失[\s\S]*证件/);
  if (scripted) await look(page, `lost and signing in ${language}`);
});

each([
  ['简体', 'document_card_hmt_residence_permit', phone()],
  ['English', 'document_card_chosen_password', english],
  ['简体 without JavaScript', 'one_card_macao_permit', plain],
]).test('c_4_2_1 my information: alone, by a code, by staff', [/4\d\d/], async ({ page, demo, language, sort, context }) => {
  const reader = who(demo, sort);
  const scripted = context.javaScriptEnabled !== false;
  const seen = async (name) => { if (scripted) await look(page, `${name} ${language}`); };
  await home(page, reader);
  await page.locator('.my-action[href="/my/information"]').click();
  await page.waitForURL(/information/);
  if (scripted) await lookAround(page, `information ${language}`);
  assert.ok(!(await page.content()).includes(reader.document_number), 'masked');

  await page.locator('[name="reader.address"]').fill('佛山市禅城区演示路2号');
  await page.locator('form[action="/my/information"] [type=submit]').click();
  await page.waitForURL(/kept/);
  await page.locator('[role=status]').waitFor();
  await seen('information kept');

  // A number that is none is refused at its field.
  const byPhone = page.locator('form[action="/my/contact"]', { has: page.locator('[name="reader.phone"]') });
  await byPhone.locator('[name="reader.phone"]').fill('12');
  await byPhone.locator('[type=submit]').click();
  await errorAt(page, 'reader-phone').waitFor();
  await seen('phone refused');
  const before = await messages(demo);
  const number = `1390002${reader.number.slice(-4)}`;
  await byPhone.locator('[name="reader.phone"]').fill(number);
  await byPhone.locator('[type=submit]').click();
  await page.locator('[name=code]').waitFor();
  await seen('code for a phone');
  const { to, code } = await codeAfter(demo, before);
  assert.equal(to.replace(/^\+86/, ''), number);
  await page.locator('[name=code]').fill(code === '000000' ? '000001' : '000000');
  await page.locator('main form [type=submit]').click();
  await errorAt(page, 'code').waitFor();
  await page.locator('[name=code]').fill(code);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/contact$/);
  assert.match(await page.locator('dl.facts').innerText(), new RegExp(`${number.slice(0, 3)}\\**${number.slice(-4)}`));

  await page.locator('a[href="/my/request"]').click();
  await page.waitForURL(/request/);
  await seen('request');
  await page.locator('[name="reader.name"]').fill('新名字');
  await page.locator('main form [type=submit]').click();
  await errorAt(page, 'evidence').waitFor();
  assert.equal(await page.locator('[name="reader.name"]').inputValue(), '新名字');
  await seen('request refused');
  const file = { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 ${'x'.repeat(90_000)}\n%%EOF\n`) };
  await page.locator('[name=evidence]').setInputFiles(file);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/asked/);
  await seen('request sent');
  await page.locator('form[action="/my/request/withdraw"] [type=submit]').click();
  await page.waitForURL(/withdrawn/);
});

each([
  ['简体', 'one_card_passport', phone()],
  ['简体 without JavaScript', 'one_card_passport', plain],
]).test('c_4_2_3 a forgotten password is chosen anew by a code', [/422/], async ({ page, demo, language, sort, context }) => {
  const reader = who(demo, sort);
  const scripted = context.javaScriptEnabled !== false;
  const seen = async (name) => { if (scripted) await look(page, `${name} ${language}`); };
  await page.goto('/my/sign-in');
  await page.locator('a[href="/my/forgotten"]').click();
  await page.waitForURL(/forgotten/);
  await seen('forgotten');
  // Nobody's number is answered like anybody's.
  const ask = async (number) => {
    await page.goto('/my/forgotten');
    await page.locator('[name=number]').fill(number);
    await page.locator('main form [type=submit]').click();
    await page.locator('[name=code]').waitFor();
    return page.locator('main').innerText();
  };
  const before = await messages(demo);
  const nobody = await ask('0757999999999998');
  assert.equal(nobody, await ask(reader.number));
  await seen('forgotten code');
  const { code } = await codeAfter(demo, before);
  const chosen = scripted ? 'bi3mo4zhi3yan4' : 'qin2neng2bu3zhuo1';
  const send = async (digits) => {
    await page.locator('[name=code]').fill(digits);
    await page.locator('[name=new_password]').fill(chosen);
    await page.locator('[name=repeat_password]').fill(chosen);
    await page.locator('main form [type=submit]').click();
  };
  await send(code === '000000' ? '000001' : '000000');
  await errorAt(page, 'code').waitFor();
  await seen('forgotten wrong code');
  await send(code);
  await page.waitForURL(/changed/);
  await seen('forgotten done');
  await enter(page, reader.number, chosen);
  reader.password = chosen;
  assert.equal(new URL(page.url()).pathname, '/my');
});

yueka.test('c_5_3 what was done, what was told, and all that is held, in the reader\'s language', { context: phone({ acceptDownloads: true }) }, async ({ page, demo }) => {
  const reader = who(demo, 'document_card_adult');
  await home(page, reader);
  await page.locator('a[href="/my/loans"]').click();
  await page.waitForURL(/loans/);
  await look(page, 'loans');
  await page.goto('/my/history');
  assert.ok(await page.locator('.portal-row').count() >= 2, 'opened, and a password chosen');
  await look(page, 'history');
  await page.goto('/my/messages');
  assert.ok(await page.locator('.portal-row').count() >= 1);
  await look(page, 'messages');
  await page.goto('/my/password');
  await look(page, 'password');
  await page.goto('/my/data');
  await look(page, 'data');
  await page.locator('[name=password]').fill('never this 1');
  await page.locator('main form [type=submit]').click();
  await errorAt(page, 'password').waitFor();
  await look(page, 'data refused');
  await page.locator('[name=password]').fill(reader.password);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('main form [type=submit]').click()]);
  assert.equal(download.suggestedFilename(), 'yueka-my-data.zip');
  const files = unpack(await readFile(await download.path()));
  assert.ok(files.get('my-data.json').toString().includes(reader.document_number), 'in full: it is theirs');
  // What is in it can be read as it is, without this site.
  const folder = await mkdtemp(join(tmpdir(), 'yueka-data-'));
  for (const name of ['my-data.html', 'style.css']) await writeFile(join(folder, name), files.get(name));
  const at = pathToFileURL(join(folder, 'my-data.html')).href;
  const taken = await yueka.visit({ context: phone() });
  await taken.page.goto(at);
  assert.ok((await taken.page.locator('main').innerText()).includes(reader.document_number));
  await glance(taken.page, 'data taken away');
  await taken.page.setViewportSize({ width: 320, height: 640 });
  await fits(taken.page);
  await taken.context.close();
  await rm(folder, { recursive: true });

  for (const [tag, words] of [['en', /My library card/], ['zh-Hant', /我的借閱證/], ['zh-Hans', /我的借阅证/]]) {
    await page.goto('/my');
    await page.locator(`.switch-option[lang="${tag}"]`).click();
    await page.waitForLoadState();
    assert.equal(await page.locator('html').getAttribute('lang'), tag);
    assert.match(await page.title(), words);
    await look(page, `card in ${tag}`);
  }
  await page.locator('.portal-foot [type=submit]').click();
  await page.waitForURL(/sign-in/);
});

for (const [language, locale, subject] of [['English', 'en-GB', /code/i], ['繁體', 'zh-HK', /驗證碼/]]) {
  yueka.test(`c_4_2_3 a forgotten password, by mail, ${language}`, { context: phone({ locale }) }, async ({ page, demo }) => {
    const reader = who(demo, 'document_card_adult');
    await page.goto('/my/sign-in');
    await look(page, `sign in ${language}`);
    await page.goto('/my/forgotten');
    await look(page, `forgotten ${language}`);
    await page.locator('[name=number]').fill(reader.number);
    await page.locator('[name=medium][value=email]').check();
    const before = await mails(demo);
    await page.locator('main form [type=submit]').click();
    await page.locator('[name=code]').waitFor();
    await look(page, `forgotten code by mail ${language}`);
    const mail = await codeMailedAfter(demo, before);
    assert.match(mail.to, /@example\.org$/);
    const chosen = language === 'English' ? 'bi3mo4zhi3yan4' : 'qin2neng2bu3zhuo1';
    await page.locator('[name=code]').fill(mail.code);
    await page.locator('[name=new_password]').fill(chosen);
    await page.locator('[name=repeat_password]').fill(chosen);
    await page.locator('main form [type=submit]').click();
    await page.waitForURL(/changed/);
    await enter(page, reader.number, chosen);
    reader.password = chosen;
    await page.locator('.card-face').waitFor();
    // Messages come in the language that was chosen; none is the library's own.
    await page.goto('/my/information');
    assert.equal(await page.locator('[name="reader.language"]').inputValue(), '', 'as the library’s, until one is chosen');
    const tag = language === 'English' ? 'en' : 'zh-Hant';
    for (const choice of [tag, '']) {
      await page.locator('[name="reader.language"]').selectOption(choice);
      await page.locator('form[action="/my/information"] [type=submit]').click();
      await page.waitForURL(/kept/);
      assert.equal(await page.locator('[name="reader.language"]').inputValue(), choice);
      if (choice !== tag) continue;
      const earlier = await mails(demo);
      await page.goto('/my/forgotten');
      await page.locator('[name=number]').fill(reader.number);
      await page.locator('[name=medium][value=email]').check();
      await page.locator('main form [type=submit]').click();
      assert.match((await codeMailedAfter(demo, earlier)).subject, subject);
      await page.goto('/my/information');
    }
    // What the demo's mail server shows to whoever tries it.
    const outside = await yueka.visit({ context: phone() });
    await outside.page.goto(demo.mail);
    assert.match(await outside.page.locator('li').first().innerText(), /@example\.org/);
    await shot(outside.page, `portal mails ${language}`);
    await outside.context.close();
  });
}

each([
  ['简体', 'document_card_adult', phone()],
]).test("a_4_1 a guardian reports a child's loss", [/409/], async ({ page, demo, language, sort }) => {
  const reader = who(demo, sort);
  await home(page, reader);
  await page.goto('/my/information');
  await look(page, `information of a guardian ${language}`);
  await page.locator('a[href="/my/children"]').click();
  await page.waitForURL(/children/);
  await lookAround(page, `children ${language}`);
  const text = await page.locator('main').innerText();
  assert.match(text, /梁\*晴/);
  assert.ok(!text.includes('梁子晴'), 'masked');
  await page.locator('main a[data-kind=danger]').click();
  await page.waitForURL(/loss/);
  await lookAround(page, `child loss ${language}`);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/loss\/done/);
  await lookAround(page, `child loss done ${language}`);
  await page.locator('.portal-back a').click();
  await page.waitForURL(/children$/);
  assert.equal(await page.locator('.state[data-state=lost]').count(), 1);
  assert.equal(await page.locator('main a[data-kind=danger]').count(), 0);
  await look(page, `children afterwards ${language}`);
});
