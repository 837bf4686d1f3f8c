// Partner services (A.3.2 e): a reader allows one to ask, it asks, and the reader sees it; on a phone, in three languages, without a script.
// The office sees the accounts. Each test has a reader of its own.

import assert from 'node:assert/strict';

import { product, shot } from './lib/harness.mjs';
import { enter, look } from './lib/reader.mjs';

const yueka = product();

const phone = (more = {}) => ({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });
const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);

/** Types at the service's own desk what a reader handed over; gives what it is told. */
async function ask(demo, text) {
  const { page, context } = await yueka.visit({ expect: [/^another host/, /favicon/] });
  try {
    await page.goto(demo.partner_service);
    await page.locator('[name=shown]').fill(text);
    await page.locator('[type=submit]').click();
    await page.waitForLoadState();
    return (await page.locator('ol li').first().textContent()).trim();
  } finally {
    await context.close();
  }
}

for (const [language, locale, sort, script] of [['简体', 'zh-CN', 'borrower', true], ['繁體', 'zh-HK', 'owing', true], ['English', 'en-GB', 'document_card_adult', false]]) {
  yueka.test(`A.3.2 e a reader allows a service to ask and takes it back, ${language}`, { context: phone({ locale, javaScriptEnabled: script }) }, async ({ page, demo }) => {
    const see = script ? look : shot;
    await page.goto('/my/sign-in');
    await enter(page, who(demo, sort));
    await page.goto('/my');
    await page.locator('a[href="/my/services"]').click();
    await see(page, `services ${locale}`);
    await page.locator('form[action="/my/services/allow"] button').click();
    const handle = (await page.locator('.services-handle').textContent()).trim();
    assert.match(handle, /^YC(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
    await see(page, `services allowed ${locale}`);
    assert.match(await ask(demo, handle), /借阅证有效/);
    await page.goto('/my/services');
    assert.equal(await page.getByText(handle).count(), 0, 'the handle is shown once');
    await see(page, `services asked ${locale}`);
    await page.locator('form[action="/my/services/withdraw"] button').click();
    await page.locator('.notice[data-kind=done]').waitFor();
    assert.match(await ask(demo, handle), /no_consent/);
    await page.goto('/my/services');
    await see(page, `services withdrawn ${locale}`);
    assert.equal(await page.locator('#asked ~ ul li').count(), 2);
  });
}

yueka.test('6.1.4 the office sees partners, and is asked before it closes one', async ({ page, demo }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/machines');
  await page.locator('a[href="/office/partners"]').click();
  await look(page, 'office partners');
  await page.locator('a[href="/office/partners/yuedutong"]').click();
  await look(page, 'office partner');
  await page.goto('/office/partners/sports?close');
  await look(page, 'office partner close');
  assert.ok(await page.locator('form[action="/office/partners/sports/close"]').isVisible());
  assert.ok(demo.partner_service);
});
