// The way to 粤读通 (4.1.1, 6.1.4.1, 6.1.4.2): the page for readers on a phone, and the slip of the desk.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const phone = (more = {}) => ({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });

for (const [language, context] of [
  ['zh-Hans', phone({ locale: 'zh-CN' })],
  ['zh-Hant', phone({ locale: 'zh-HK' })],
  ['en', phone({ locale: 'en-GB', javaScriptEnabled: false })],
]) {
  yueka.test(`4.1.1, 6.1.4.1: a phone is led to 粤读通, ${language}`, { context }, async ({ page }) => {
    await page.goto(`${yueka.demo.url}/my/sign-in`);
    await page.locator('a[href="/yuedutong"]').click();
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.equal(await page.locator('.portal-points > li').count(), 8);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    if (language !== 'en') await axe(page);
    await shot(page, `yuedutong ${language}`);
  });
}
