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
    await page.goto('/my/sign-in');
    await page.locator('a[href="/yuedutong"]').click();
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.equal(await page.locator('.portal-points > li').count(), 8);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    if (language !== 'en') await axe(page);
    await shot(page, `yuedutong ${language}`);
  });
}

yueka.test('4.1.1: the desk prints the way to 粤读通', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await page.goto('/desk');
  await page.locator('a[href="/desk/yuedutong"]').click();
  assert.equal(await page.locator('.slip-list > li').count(), 8);
  await axe(page);
  await shot(page, 'yuedutong slip');
});

yueka.test('6.1.4.2: the simulated platform opens a card and is told of its loss', { expect: [/another host/] }, async ({ page, demo }) => {
  await page.goto(demo.yuedutong);
  const person = () => page.locator('ol').first().locator('li').first();
  for (const [word, line] of [['办证', '/open → 201'], ['识别亮码', '/resolve → 200'], ['挂失', '/loss → 200'], ['恢复', '/restore → 422']]) {
    await person().getByRole('button', { name: word }).click();
    await page.waitForLoadState();
    assert.match(await page.locator('ol').last().innerText(), new RegExp(line.replaceAll('/', '\\/')), word);
  }
  for (let tries = 0; tries < 20 && !(await page.locator('ol').nth(1).innerText()).includes('card_lost'); tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.match(await page.locator('ol').nth(1).innerText(), /card_lost/);
  await shot(page, 'yuedutong simulator');
});
