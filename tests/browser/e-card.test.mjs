// The e-card (6.1.4.2): a code that changes every half minute, on a phone, in three languages, in light and dark, and without a script.
// Each test has a reader of its own.

import assert from 'node:assert/strict';

import { product, shot } from './lib/harness.mjs';
import { look } from './lib/reader.mjs';

const yueka = product();

const PHONE = { width: 390, height: 844 };
const phone = (more = {}) => ({ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });
const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);
const NEW = 'shu1shan1you3lu4';

/** Signs in, chooses a password where the default is still in use, and opens the e-card. */
async function show(page, reader) {
  await page.goto('/my/sign-in');
  await page.locator('[name=number]').fill(reader.number);
  await page.locator('[name=password]').fill(reader.password);
  await page.locator('main form [type=submit]').click();
  await page.waitForLoadState();
  if (new URL(page.url()).pathname === '/my/password') {
    await page.locator('[name=current_password]').fill(reader.password);
    await page.locator('[name=new_password]').fill(NEW);
    await page.locator('[name=repeat_password]').fill(NEW);
    await page.locator('main form [type=submit]').click();
    await page.waitForLoadState();
  }
  await page.locator('a[href="/my/e-card"]').click();
  await page.locator('.e-card').waitFor();
}

const path = (page) => page.locator('.e-card-squares path').getAttribute('d');

for (const [language, locale, sort] of [['简体', 'zh-CN', 'borrower'], ['繁體', 'zh-HK', 'owing'], ['English', 'en-GB', 'document_card_permanent_resident']]) {
  yueka.test(`6.1.4.2 the e-card shows a code that changes by itself, ${language}`, { context: phone({ locale }) }, async ({ page, demo }) => {
    await show(page, who(demo, sort));
    const box = await page.locator('.e-card-squares').boundingBox();
    assert.ok(box.width >= 290, `a code of ${box.width} px is small`);
    assert.ok(box.y + box.height < PHONE.height, 'the code is on the first screen');
    await look(page, `e-card ${locale}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, `e-card ${locale} dark`);
    await page.emulateMedia({ colorScheme: 'light' });
    const count = page.locator('[data-count]');
    assert.match(await count.textContent(), /^\d+$/);
    if (locale === 'zh-CN') {
      const first = await path(page);
      await page.waitForFunction((before) => document.querySelector('.e-card-squares path').getAttribute('d') !== before, first, { timeout: 40_000 });
      assert.ok(Number(await count.textContent()) > 20);
    }
    const before = await path(page);
    await page.locator('[data-again]').click();
    await page.locator('.e-card').waitFor();
    assert.notEqual(await path(page), before);
  });
}

yueka.test('6.1.4.2 the e-card works without a script, by a button', { context: phone({ javaScriptEnabled: false }) }, async ({ page, demo }) => {
  await show(page, who(demo, 'document_card_adult'));
  await shot(page, 'e-card without script');
  assert.match(await page.locator('[data-until]').textContent(), /^\d\d:\d\d:\d\d$/);
  assert.ok(await page.locator('[data-count-line]').isHidden());
  const before = await path(page);
  await page.locator('[data-again]').click();
  assert.notEqual(await path(page), before);
});

yueka.test('6.1.4.2 a code that ended without a network is no longer shown, and the next comes with it', { context: phone({ locale: 'en-GB' }), expect: [/e-card\/code\.json/, /ERR_INTERNET_DISCONNECTED/] }, async ({ page, demo }) => {
  await show(page, who(demo, 'document_card_hmt_residence_permit'));
  await page.context().setOffline(true);
  await page.locator('[data-over]').waitFor({ timeout: 40_000 });
  assert.ok(await page.locator('[data-offline]').isVisible());
  await shot(page, 'e-card without network');
  await page.context().setOffline(false);
  await page.locator('[data-over]').waitFor({ state: 'hidden', timeout: 10_000 });
});
