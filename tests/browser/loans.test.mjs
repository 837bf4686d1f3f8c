// Cards in use (A.3.2, 6.3.4): lending, returns, charges and reservations, at the desk and at the reader's own pages.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const PHONE = { width: 390, height: 844 };
const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);
/** A book of the city's library that the demo leaves on its shelf, and one that is read in the library only. */
const BOOK = 'T000001';
const READING_ROOM = 'T007920';

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
}

async function look(page, name) {
  await axe(page);
  await fits(page);
  await shot(page, `loans ${name}`);
}

async function find(page, text) {
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(text);
  await page.locator('[data-scan]').press('Enter');
  await page.waitForURL(/\/desk\/readers\//);
}

async function toLoans(page, demo, sort) {
  await find(page, who(demo, sort).number);
  await page.locator('a.service[href$="/loans"]').click();
  await page.waitForURL(/\/loans/);
}

const barcode = (page) => page.locator('main [name="item.barcode"]');
const told = (page, text) => page.locator('main .notice', { hasText: text }).first().waitFor();

async function scan(page, text) {
  await barcode(page).fill(text);
  await barcode(page).press('Enter');
  await page.waitForLoadState();
}

yueka.test('a_3_2_a a clerk lends and takes back by keyboard alone', { expect: [/409/, /422/] }, async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  await find(page, who(demo, 'borrower').number);
  await page.locator('body').press('Alt+j');
  await page.waitForURL(/\/loans/);
  await look(page, 'desk');
  const at = await page.evaluate(() => document.activeElement?.getAttribute('name'));
  assert.equal(at, 'item.barcode', 'the scanner needs no mouse');
  await page.keyboard.type(BOOK);
  await page.keyboard.press('Enter');
  await told(page, '已借出');
  await look(page, 'desk lent');
  await page.keyboard.type(READING_ROOM);
  await page.keyboard.press('Enter');
  await told(page, '只供馆内阅览');
  await look(page, 'desk refused');
  await page.keyboard.type('NOTHING');
  await page.keyboard.press('Enter');
  await page.locator('.error-summary').waitFor();
  await look(page, 'desk unknown barcode');
  await page.locator('body').press('Alt+2');
  await page.waitForURL(/\/desk\/returns/);
  await page.keyboard.type(BOOK);
  await page.keyboard.press('Enter');
  await told(page, '上架');
  await look(page, 'returns');
});

yueka.test('a_3_2_a a clerk lends and takes back without JavaScript', { context: { javaScriptEnabled: false }, expect: [/409/] }, async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  await toLoans(page, demo, 'document_card_hmt_residence_permit');
  await scan(page, 'T000011');
  await told(page, '已借出');
  const lent = await page.locator('main .table .number').first().innerText();
  await page.goto('/desk/returns');
  await scan(page, lent);
  await told(page, '上架');
});

yueka.test('a_3_2_a an item of another library is sent home', async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  await toLoans(page, demo, 'owing');
  const late = await page.locator('main .table td .number').first().innerText();
  await page.goto('/desk/returns');
  await scan(page, late);
  await page.locator('main .notice', { hasText: '过期违约金' }).waitFor();
  await look(page, 'returns late');
  await page.locator('main a[data-key=s]').click();
  await page.waitForURL(/\/loans/);
});

yueka.test('c_6_3_4 charges are paid in part, and waived with a reason', { expect: [/422/] }, async ({ page, demo }) => {
  await yueka.signIn(page, 'branch_manager');
  await toLoans(page, demo, 'owing');
  await look(page, 'desk charges');
  const amount = page.locator('main [name=amount]');
  await amount.fill('999');
  await page.locator('main form[action$="/pay"] [type=submit]').click();
  await page.locator('.error-summary').waitFor();
  await look(page, 'desk charges too much');
  await amount.fill('0.50');
  await page.locator('main [name=method]').selectOption('wechat');
  await page.locator('main form[action$="/pay"] [type=submit]').click();
  await told(page, '已收 0.50 元');
  await page.locator('main a[href$="/waive"]').first().click();
  await page.waitForURL(/waive/);
  await look(page, 'desk waive');
  await page.locator('main [data-key=s]').click();
  await page.locator('.error-summary').waitFor();
  await page.locator('main [name=reason]').fill('住院期间无法归还');
  await page.locator('main [data-key=s]').click();
  await told(page, '已减免');
  await page.locator('main a[href$="/charges/add"]').click();
  await page.waitForURL(/add/);
  await page.locator('main [name="charge.amount"]').fill('45.00');
  await look(page, 'desk charge');
  await page.locator('main [data-key=s]').click();
  await told(page, '已计收');
  await look(page, 'desk charged');
});

yueka.test('a_3_2_e a title is reserved at the desk, in English', { context: { locale: 'en-GB' } }, async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  await toLoans(page, demo, 'document_card_chosen_password');
  await page.locator('main a[href$="/reserve"]').click();
  await page.waitForURL(/reserve/);
  await page.locator('main [name=q]').fill('醒狮');
  await page.locator('main [name=q]').press('Enter');
  await page.locator('main [name=title]').first().waitFor();
  await look(page, 'desk reserve');
  await page.locator('main [name=title]').first().click();
  await page.waitForURL(/reserved/);
  await told(page, 'The title is reserved');
  await look(page, 'desk reserved');
  await page.locator('main form[action$="/cancel"] [type=submit]').first().click();
  await told(page, 'The reservation is cancelled');
});

/** A test on a phone, with scripts and without. */
const onPhones = {
  test(title, use) {
    for (const [way, context] of [
      ['简体', { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
      ['without JavaScript', { viewport: PHONE, isMobile: true, javaScriptEnabled: false }],
    ]) {
      yueka.test(`${title}, ${way}`, { context, expect: [/409/] }, (given) => use({ ...given, way }));
    }
  },
};

onPhones.test('a_3_2 a reader renews, reserves and keeps their history to themselves', async ({ page, demo, way }) => {
  const reader = who(demo, 'borrower');
  const first = way === '简体';
  await page.goto('/my/sign-in');
  await page.locator('[name=number]').fill(reader.number);
  await page.locator('[name=password]').fill(reader.password);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/my$/);
  await page.locator('a[href="/my/loans"]').click();
  await page.waitForURL(/loans/);
  if (first) await look(page, `portal ${way}`);
  if (first) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, 'portal dark');
    await page.setViewportSize({ width: 360, height: 780 });
    await look(page, 'portal 360 dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1366, height: 768 });
    await look(page, 'portal wide');
    await page.setViewportSize(PHONE);
  }
  await page.locator('main form[action="/my/loans/renew"] [type=submit]').first().click();
  await told(page, '已续借');
  await page.goto('/my/reserve');
  await page.locator('[name=q]').fill(first ? '西樵山园林' : '珠江水乡');
  await page.locator('main form [type=submit]').first().click();
  await page.locator('main [name=title]').first().waitFor();
  if (first) await look(page, `portal reserve ${way}`);
  await page.locator('main [name=title]').first().click();
  await page.waitForURL(/reserved/);
  await told(page, '已预约');
  const before = await page.locator('main form[action="/my/loans/unreserve"]').count();
  await page.locator('main form[action="/my/loans/unreserve"] [type=submit]').last().click();
  await told(page, '已取消预约');
  assert.equal(await page.locator('main form[action="/my/loans/unreserve"]').count(), before - 1);
  await page.goto('/my/loans/history');
  if (first) await look(page, `portal history ${way}`);
  await page.locator(`main [name=history][value=${first ? 'stop' : 'keep'}]`).click();
  await told(page, first ? '不保留' : '保留历史');
  const deleting = page.locator('main [name=history][value=delete]');
  if (await deleting.count() > 0) {
    await deleting.click();
    await told(page, '历史已删除');
  }
  assert.equal(await page.locator('main .portal-row').count(), 0);
});
