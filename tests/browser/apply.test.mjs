// Opening a card on a phone (A.2.1 b), and what staff do with applications, in a real browser.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const PHONE = { width: 390, height: 844 };
const phone = (more = {}) => ({ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });

/** The people whom the simulated real-name service knows: name and number. */
async function known(demo) {
  const page = await fetch(demo.real_name).then((answer) => answer.text());
  return [...page.matchAll(/<li><b>([^<]+)<\/b> (\d{17}[\dX])<\/li>/g)].map(([, name, number]) => ({ name, number }));
}

/** The latest code that this phone was sent. */
async function codeFor(demo, phoneNumber, skip = 0) {
  for (let tries = 0; tries < 150; tries += 1) {
    const all = await fetch(`${demo.sms}/messages.json`).then((answer) => answer.json());
    const codes = all.filter((one) => one.to === phoneNumber).map((one) => /(?<!\d)\d{6}(?!\d)/.exec(one.text)?.[0]).filter(Boolean);
    if (codes.length > skip) return codes.at(-1);
    await sleep(100);
  }
  throw new Error('no code came');
}

async function smsTo(demo, phoneNumber, words) {
  for (let tries = 0; tries < 150; tries += 1) {
    const all = await fetch(`${demo.sms}/messages.json`).then((answer) => answer.json());
    const found = all.find((one) => one.to === phoneNumber && words.test(one.text));
    if (found) return found.text;
    await sleep(100);
  }
  throw new Error(`no SMS says ${words}`);
}

/** Nothing sticks out of the page at the side. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
}

/** A page is looked at: on the phone, in the dark, and as wide as a screen that is enlarged four times. */
async function look(page, name) {
  await axe(page);
  await fits(page);
  await shot(page, `apply ${name}`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await axe(page);
  await shot(page, `apply ${name} dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page);
  await page.setViewportSize(PHONE);
}

const send = (page) => page.locator('main form button[type=submit]').first().click();

/** A picture as a phone's camera takes it: large, so that it is made smaller before it is sent. */
async function photo(page, text, color) {
  const base64 = await page.evaluate(([words, background]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2600, 1640];
    const context = canvas.getContext('2d');
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = '#1b2529';
    context.font = '160px sans-serif';
    context.fillText(words, 200, 800);
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
  }, [text, color]);
  return { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}

async function agree(page) {
  await page.goto('/my/sign-in');
  await page.locator('main a[href="/apply"]').click();
  if (await page.locator('select[name=library]').count()) await page.locator('select[name=library]').selectOption('FS');
  await page.locator('[name=consent]').check();
  await send(page);
  await page.waitForURL(/\/apply\/details/);
}

async function tell(page, person, phoneNumber) {
  await page.locator('[name="document.number"]').fill(person.number);
  await page.locator('[name="reader.name"]').fill(person.name);
  await page.locator('[name="reader.phone"]').fill(phoneNumber);
  await send(page);
  await page.waitForLoadState();
}

async function prove(page, demo, phoneNumber) {
  await page.waitForURL(/\/apply\/code/);
  await page.locator('[name=code]').fill(await codeFor(demo, phoneNumber));
  await send(page);
  await page.waitForURL(/\/apply\/photos/);
}

const each = [
  ['zh-Hans', { locale: 'zh-CN' }, 0],
  ['zh-Hant', { locale: 'zh-HK' }, 1],
  ['en', { locale: 'en-GB' }, 2],
];

for (const [language, wishes, place] of each) {
  yueka.test(`a_2_1_b a card is opened on a phone, ${language}`, { context: phone(wishes), expect: [/422/], timeout: 90_000 }, async ({ page, demo }) => {
    const person = (await known(demo))[place];
    const number = `1380000100${place}`;
    await page.goto('/apply');
    await look(page, `start ${language}`);
    await send(page);
    await page.locator('.error-summary').waitFor();
    await look(page, `start wrong ${language}`);
    await agree(page);
    await look(page, `details ${language}`);
    await tell(page, { ...person, number: '440601' }, '12');
    await page.locator('.error-summary').waitFor();
    assert.equal(await page.locator('[name="reader.name"]').inputValue(), person.name);
    await look(page, `details wrong ${language}`);
    await tell(page, person, number);
    await page.waitForURL(/\/apply\/code/);
    await look(page, `code ${language}`);
    await page.locator('[name=code]').fill('0');
    await send(page);
    await page.locator('.error-summary').waitFor();
    await prove(page, demo, number);
    await look(page, `photos ${language}`);
    const front = await photo(page, 'FRONT', '#dfe9ec');
    await page.locator('[name=front]').setInputFiles(front);
    await page.locator('[data-shrink-preview]').first().waitFor();
    const size = await page.locator('[name=front]').evaluate((input) => input.files[0].size);
    assert.ok(size < front.buffer.length, `${size} bytes are sent of ${front.buffer.length}`);
    await page.locator('[name=back]').setInputFiles(await photo(page, 'BACK', '#f1ede5'));
    await page.locator('[data-shrink-preview]').nth(1).waitFor();
    await shot(page, `apply photos chosen ${language}`);
    await send(page);
    await page.waitForURL(/\/apply\/status/);
    await page.locator('.number-large').waitFor();
    await look(page, `opened ${language}`);
    const card = (await page.locator('.number-large').innerText()).replaceAll(' ', '');
    const told = await smsTo(demo, number, new RegExp(card.slice(-4)));
    assert.ok(!told.includes(card));
    assert.doesNotMatch(page.url(), /\d{6}/);
  });
}

yueka.test('a_2_1_b an application is sent without scripts, staff ask again and approve, and the reader follows it', { context: phone({ javaScriptEnabled: false }), expect: [/409/], timeout: 120_000 }, async ({ page, demo }) => {
  const [person] = (await known(demo)).slice(4);
  const stranger = { name: '另试名', number: person.number };
  const number = '13800002001';
  await agree(page);
  await tell(page, stranger, number);
  await prove(page, demo, number);
  // A picture of one colour, small enough as it is.
  const helper = await yueka.visit();
  const small = await photo(helper.page, 'NAME', '#dfe9ec');
  await page.locator('[name=front]').setInputFiles(small);
  await page.locator('[name=back]').setInputFiles(small);
  await send(page);
  await page.waitForURL(/\/apply\/status/);
  await page.locator('main .notice').waitFor();
  await shot(page, 'apply waiting');
  const application = await page.locator('main .facts .number').first().innerText();

  const desk = await yueka.visit({ context: { viewport: { width: 1366, height: 768 } }, expect: [/409/] });
  await yueka.signIn(desk.page, 'clerk');
  await desk.page.goto('/desk');
  await axe(desk.page);
  await shot(desk.page, 'apply desk');
  await desk.page.locator('a[href="/desk/applications"]').click();
  await desk.page.locator('table').waitFor();
  await axe(desk.page);
  await shot(desk.page, 'apply list');
  await desk.page.getByRole('link', { name: application }).click();
  await desk.page.locator('.review-photo img').first().waitFor();
  await axe(desk.page);
  await shot(desk.page, 'apply review');
  const address = desk.page.url();
  const second = await desk.context.newPage();
  await second.goto(address);
  await desk.page.locator('[name=reason]').selectOption('data_differ');
  await desk.page.locator('[name=note]').fill('姓名与证件不符');
  await desk.page.locator('button[value=ask]').click();
  await desk.page.locator('.notice[data-kind=done]').waitFor();
  await second.locator('button[value=approve]').click();
  await second.locator('.notice[data-kind=attention]').first().waitFor();
  await axe(second);
  await shot(second, 'apply decided meanwhile');

  await smsTo(demo, number, /需要补充/);
  await page.goto('/apply/status');
  await shot(page, 'apply asked');
  await page.locator('a[href="/apply/correct"]').click();
  await fits(page);
  await shot(page, 'apply correct');
  await page.locator('[name="reader.name"]').fill(person.name);
  await send(page);
  await page.waitForURL(/\/apply\/status/);
  await desk.page.goto(address);
  await desk.page.locator('button[value=approve]').click();
  await desk.page.locator('.notice[data-kind=done]').waitFor();
  await shot(desk.page, 'apply approved');

  // From another device: the number and a code.
  const other = await yueka.visit({ context: phone() });
  await other.page.goto('/apply/status');
  await look(other.page, 'find');
  await other.page.locator('[name=application]').fill(application);
  const before = (await fetch(`${demo.sms}/messages.json`).then((answer) => answer.json())).filter((one) => one.to === number && /验证码/.test(one.text)).length;
  await send(other.page);
  await other.page.locator('[name=code]').waitFor();
  await look(other.page, 'find code');
  await other.page.locator('[name=code]').fill(await codeFor(demo, number, before));
  await send(other.page);
  await other.page.locator('.number-large').waitFor();
  for (const one of [helper, desk, other]) {
    assert.deepEqual(one.problems(), []);
    await one.context.close();
  }
});

yueka.test('a_1 a child and who holds a card are shown the way', { context: phone(), expect: [/409/] }, async ({ page, demo }) => {
  await agree(page);
  const child = demo.readers.find((reader) => reader.document_type === 'resident_id' && /minor|child/.test(reader.sort));
  if (child) {
    await tell(page, { name: '试小童', number: child.document_number }, '13800003001');
    await page.locator('.notice[data-kind=refused]').waitFor();
    await look(page, 'child');
  }
  await page.goto('/apply/holds');
  await look(page, 'holds');
});

yueka.test('a_2_1_b what stands against a card is shown to the desk, in three languages', { timeout: 90_000 }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await page.goto('/desk/applications');
  await page.locator('table th a').first().click();
  await page.locator('.review-photo img').first().waitFor();
  for (const language of ['zh-Hant', 'en', 'zh-Hans']) {
    await page.locator(`button[name=language][value="${language}"]`).first().click();
    await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
    await page.locator('.review-photo img').first().waitFor();
    await axe(page);
    await shot(page, `apply review ${language}`);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await axe(page);
  await shot(page, 'apply review dark');
});
