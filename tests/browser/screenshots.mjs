// The pictures of the documentation: `cargo xtask screenshots`. A clerk's way through a morning, on the real program with
// the simulated ID reader, and a reader's card on a phone; one shot() for each picture.

import assert from 'node:assert/strict';

import { shot, signIn, startBrowser } from './lib/harness.mjs';
import { startDemo } from './lib/demo.mjs';
import { citizen } from './lib/people.mjs';

const [demo, browser] = await Promise.all([startDemo({ readers: 4000 }), startBrowser()]);
try {
  const context = await browser.newContext({
    baseURL: demo.url,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1366, height: 768 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const take = async (name) => {
    // Pictures wait for the words of the devices.
    const reader = page.locator('[data-device="reader"]');
    if (await reader.count()) await page.waitForFunction(() => document.querySelector('[data-device="reader"]').dataset.state !== 'unknown');
    await page.mouse.move(0, 0);
    console.log(await shot(page, name, { fullPage: false }));
  };

  /** Puts somebody on the simulated reader. */
  const put = async (person) => {
    const answer = await fetch(`${demo.info.id_reader}/simulator/reader`, {
      method: 'POST', body: new URLSearchParams({ person }), redirect: 'manual',
    });
    assert.equal(answer.status, 303, person);
  };
  /** Reads the document that lies on the reader. */
  const read = async (next) => {
    await page.goto('/desk/open');
    await page.locator('[data-read-document]').first().click();
    await page.locator(next).first().waitFor();
  };
  /** A form from its top, as it looks before anything is typed. */
  const fromTheTop = () => page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  const fill = async (values) => {
    for (const [name, value] of Object.entries(values)) await page.locator(`input[name="${name}"]`).fill(value);
  };
  const open = () => page.locator('form[action="/desk/open"] [data-key=s]').click();
  const find = async (text) => {
    await page.goto('/desk');
    await page.locator('[data-scan]').fill(text);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/desk\/(readers|find)/);
  };

  await page.goto('/sign-in');
  await take('sign-in');
  await signIn(page, demo.info, 'clerk');

  await put('adult');
  await page.goto('/desk/open');
  await take('open-document');
  await read('.notice');
  await take('already-holds');

  await put('child');
  await read('[name="reader.phone"]');
  await fill({ 'reader.phone': '139 0000 0002', 'guardian.name': '李大明', 'guardian.phone': '139 0000 0003' });
  await fromTheTop();
  await take('open-form');
  await fill({ 'guardian.document.number': citizen(3, '1988-01-02') });
  await page.locator('[name="guardian.consent"]').check();
  await page.locator('input[name=kind][value=document]').check();
  await open();
  await page.waitForURL(/\/desk\/cards\//);

  await put('newcomer');
  await read('[name="reader.phone"]');
  await fill({ 'reader.phone': '139 0000 0001', 'reader.workplace': '演示公司' });
  await open();
  await page.waitForURL(/\/desk\/cards\//);
  await take('done');
  await page.locator('a[href$="/slip"]').click();
  await page.waitForURL(/slip/);
  await take('slip');

  const sort = (wanted) => demo.info.readers.find((reader) => reader.sort === wanted);
  await find(sort('document_card_adult').number);
  await take('reader');
  await find('chenm');
  await take('find');
  await page.goto('/desk');
  await take('desk');

  // A card's life: the form of a replacement, a loss that was reported.
  await find(sort('one_card_passport').number);
  await page.locator('a.service[href$="/replace"]').click();
  await page.waitForURL(/replace/);
  await fromTheTop();
  await take('replace');
  await find(sort('document_card_hmt_residence_permit').number);
  await page.locator('a.service[href$="/report-loss"]').click();
  await page.waitForURL(/report-loss/);
  await page.locator('[name="identity_check.compared"]').check();
  await page.locator('main form [data-key=s]').click();
  await page.waitForURL(/after\/report-loss/);
  await take('report-loss-done');

  // Lending: what a reader has, an item that comes back late, and the accounts of machines.
  const scan = async (barcode) => {
    await page.locator('main [name="item.barcode"]').fill(barcode);
    await page.keyboard.press('Enter');
    await page.waitForLoadState();
  };
  await find(sort('borrower').number);
  await page.locator('a.service[href$="/loans"]').click();
  await page.waitForURL(/\/loans/);
  await scan('T000001');
  await page.locator('main .notice[data-kind=done]').waitFor();
  await take('loans');
  await page.goto('/desk/returns');
  await scan('T000280');
  await page.locator('main .notice').first().waitFor();
  await take('returns');

  await page.goto(demo.info.id_reader);
  console.log(await shot(page, 'id-reader-simulator', { fullPage: false }));

  // The reader's own pages, on a phone.
  const phone = await browser.newContext({
    baseURL: demo.url,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 390, height: 844 },
    isMobile: true,
    reducedMotion: 'reduce',
  });
  const card = await phone.newPage();
  const reader = sort('document_card_chosen_password');
  await card.goto('/my/sign-in');
  await card.locator('[name=number]').fill(reader.number);
  await card.locator('[name=password]').fill(reader.password);
  await card.locator('main form [type=submit]').click();
  await card.locator('.card-face').waitFor();
  console.log(await shot(card, 'portal-card', { fullPage: false }));

  const borrower = sort('borrower');
  await phone.clearCookies();
  await card.goto('/my/sign-in');
  await card.locator('[name=number]').fill(borrower.number);
  await card.locator('[name=password]').fill(borrower.password);
  await card.locator('main form [type=submit]').click();
  await card.locator('.card-face').waitFor();
  await card.goto('/my/loans');
  console.log(await shot(card, 'portal-loans', { fullPage: false }));

  // The kiosk, upright.
  const upright = await browser.newContext({ baseURL: demo.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1080, height: 1920 }, reducedMotion: 'reduce' });
  const kiosk = await upright.newPage();
  await kiosk.goto('/kiosk/set-up');
  await kiosk.locator('[name=kiosk_token]').fill(demo.info.kiosk_token);
  await kiosk.locator('main form [type=submit]').click();
  await kiosk.locator('button[value="zh-Hans"]').click();
  await kiosk.waitForURL(/\/kiosk\/document$/);
  await kiosk.evaluate(() => document.activeElement.blur());
  console.log(await shot(kiosk, 'kiosk-document', { fullPage: false }));
  await put('newcomer');
  await kiosk.locator('[data-read-now]').click();
  await kiosk.locator('button[value=agree]').click();
  await kiosk.locator('#phone').fill('13900000004');
  await kiosk.locator('[data-phone] [type=submit]').click();
  await kiosk.locator('button[value=later]').click();
  await kiosk.locator('[data-number]').waitFor();
  console.log(await shot(kiosk, 'kiosk-opened', { fullPage: false }));
} finally {
  await browser.close();
  await demo.stop();
}
