// What the public reads (4.4.1), and campaigns from their address to their result (6.5), in a real browser.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';
import { citizen } from './lib/people.mjs';
import { readCode } from './lib/qr.mjs';

const yueka = product();

const PHONE = { width: 390, height: 844 };
const phone = (more = {}) => ({ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });
const LANGUAGES = { 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW', en: 'en-GB' };

/** Nothing sticks out of the page at the side. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
}

async function look(page, name) {
  await axe(page);
  await fits(page);
  await shot(page, `promotion ${name}`);
}

const PAGES = {
  guide: '/guide',
  card: '/guide/card',
  check: '/guide/check',
  lending: '/guide/lending?library=SD',
  services: '/guide/services',
  yuedutong: '/yuedutong',
  libraries: '/libraries',
  library: '/libraries/FS',
  news: '/news',
};

for (const [tag, locale] of Object.entries(LANGUAGES)) {
  yueka.test(`4.4.1 every public page on a phone, in ${tag}`, { context: phone({ locale }), timeout: 120_000 }, async ({ page }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      assert.equal(await page.locator('html').getAttribute('lang'), tag);
      await look(page, `${name} phone ${tag}`);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of Object.values(PAGES)) {
      await page.goto(path);
      await fits(page);
    }
  });

  yueka.test(`4.4.1 every public page on a desk, in ${tag}`, { context: { locale }, timeout: 120_000 }, async ({ page }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      await look(page, `${name} ${tag}`);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const path of ['/guide', '/guide/check?document=resident_id&age=minor', '/libraries/FS']) {
      await page.goto(path);
      await axe(page);
    }
    await page.goto('/guide');
    await shot(page, `promotion guide dark ${tag}`);
  });
}

/** Asks in each language which card a child with a household register can get; then goes to where an adult applies. */
async function asks(page, context, scripts) {
  for (const [tag, words] of Object.entries({
    'zh-Hans': /监护人本人到场/, 'zh-Hant': /監護人本人到場/, en: /Your guardian, in person/,
  })) {
    await context.clearCookies();
    await context.addCookies([{ name: 'yueka_language', value: tag, url: yueka.url }]);
    await page.goto('/guide');
    await page.locator('.hero a[href="/guide/check"]').click();
    await page.locator('input[name=age][value=minor]').check();
    await page.locator('input[name=document][value=household_register]').check();
    await page.locator('form.check button[type=submit]').click();
    const answer = page.locator('[data-answer]');
    assert.match(await answer.innerText(), words);
    // Either card, at a desk, and at no machine.
    assert.equal(await answer.locator('[data-way="one_card desk"]').count(), 1);
    assert.equal(await answer.locator('[data-way="document desk"]').count(), 1);
    assert.equal(await answer.locator('[data-way$="self_service"], [data-way$="online"]').count(), 0);
    if (scripts) await look(page, `answer minor phone ${tag}`);
  }
  await page.goto('/guide/check?document=resident_id&age=adult');
  await page.locator('[data-way="document online"] a').click();
  await page.waitForURL('**/apply');
}

yueka.test('4.4.1 a reader asks which card, in three languages and without a script', { context: phone({ javaScriptEnabled: false }) }, async ({ page, context }) => {
  await asks(page, context, false);
});

yueka.test('4.4.1 a reader asks which card, with scripts', { context: phone() }, async ({ page, context }) => {
  await asks(page, context, true);
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto('/guide/check?document=passport&age=adult');
  await look(page, 'answer adult');
});

yueka.test('4.4.1 libraries, hours and news on a phone and a desk', { context: phone({ javaScriptEnabled: false }) }, async ({ page }) => {
  await page.goto('/libraries');
  await page.locator('select[name=with]').selectOption('mobile_point');
  await page.locator('form.filter button').click();
  assert.equal(await page.locator('.library-group').count(), 6, 'each member library has a mobile point');
  await page.locator('.library-name a').first().click();
  assert.equal(await page.locator('.week tbody tr').first().getAttribute('data-today'), '');
  const map = await page.locator('a[href^="geo:"]').getAttribute('href');
  assert.match(map, /^geo:0,0\?q=%E4/);
  await page.goto('/news');
  const first = page.locator('.post-title a').first();
  const title = await first.innerText();
  await first.click();
  assert.equal(await page.locator('h1').innerText(), title);
  const feed = await page.request.get('/news.atom?l=en');
  assert.equal(feed.headers()['content-type'], 'application/atom+xml; charset=utf-8');
  const entries = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'application/xml');
    return parsed.querySelector('parsererror') ? -1 : parsed.querySelectorAll('entry').length;
  }, await feed.text()).catch(() => null);
  // Without scripts a page parses nothing for us; then the count of tags has to do.
  assert.ok(entries === null || entries >= 4, `the feed has ${entries} entries`);
  assert.ok((await feed.text()).match(/<entry>/g).length >= 4);
});

/** The pages that the printer gets: width and height of each, in points. */
async function printed(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)];
  return boxes.map(([, ...sides]) => sides.map((side) => Math.round(Number(side))));
}

yueka.test('6.5 a campaign from its address to its result', { timeout: 120_000 }, async ({ page, context }) => {
  await yueka.signIn(page, 'branch_manager');
  await page.goto('/office/campaigns');
  await look(page, 'campaigns');
  await page.locator('a[href="/office/campaigns/new"]').click();
  await page.locator('[name="campaign.kind"]').selectOption('temporary_point');
  await page.locator('main form [type=submit]').first().click();
  await look(page, 'campaign wrong');
  await page.locator('[name="campaign.code"]').fill('tiyan');
  await page.locator('[name="campaign.title"]').fill('体验日');
  await page.locator('[name="campaign.title_en"]').fill('Open day');
  await page.locator('[name="campaign.cost"]').fill('120');
  await page.locator('[name="campaign.service_point"]').selectOption({ index: 1 });
  await page.locator('main form [type=submit]').first().click();
  await page.waitForURL('**/office/campaigns/*?saved');
  assert.match(await page.locator('main').innerText(), /\/c\/TIYAN/);
  await look(page, 'campaign new');
  const own = page.url().split('?')[0];

  // Somebody follows its address.
  const reader = await yueka.visit({ context: phone({ locale: 'en-GB' }) });
  await reader.page.goto('/c/tiyan');
  await reader.page.waitForURL('**/guide');
  const cookies = await reader.context.cookies();
  assert.equal(cookies.find((cookie) => cookie.name === 'yueka_campaign').value, 'TIYAN');
  await reader.context.close();
  await page.goto(own);
  assert.equal((await page.locator('.tally-number').first().innerText()).trim(), '1');

  // One that has run, with what came of it.
  await page.goto('/office/campaigns');
  await page.locator('a', { hasText: '新生第一张读者证' }).click();
  await page.locator('svg.chart').waitFor();
  await look(page, 'campaign result');
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(page, 'campaign result dark');
  await page.emulateMedia({ colorScheme: 'light' });
  const address = page.url();
  for (const size of ['a4', 'a5']) {
    for (const tag of Object.keys(LANGUAGES)) {
      await page.goto(`${address}/brochure?size=${size}&l=${tag}`);
      await axe(page);
      await shot(page, `promotion brochure ${size} ${tag}`);
      assert.equal(await page.locator('.notice').isVisible(), true, 'no public address is set');
      // Nothing is cut off on paper.
      const over = await page.locator('.brochure-panel, .brochure[data-flat]').evaluateAll((panels) => panels
        .filter((panel) => panel.scrollHeight > panel.clientHeight + 2).length);
      assert.equal(over, 0, `${size} ${tag}`);
      const code = page.locator('.brochure-code svg').first();
      const side = Number((await code.getAttribute('viewBox')).split(' ')[2]) - 8;
      const link = readCode(await code.locator('path').getAttribute('d'), side);
      assert.equal(link, `${yueka.url}/c/XINSHENG${tag === 'zh-Hans' ? '' : `?l=${tag}`}`);
      const pages = size === 'a4' ? [[595, 842]] : [[842, 595], [842, 595]];
      assert.deepEqual(await printed(page), pages, `${size} ${tag} on paper`);
    }
  }
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'promotion brochure printed');
  await context.clearCookies();
});

yueka.test('6.5 the desk is asked while a campaign runs', async ({ page }) => {
  await yueka.signIn(page, 'branch_manager');
  await page.goto('/desk/open');
  await page.locator('input[type=text][name="document.number"]').fill(citizen(77, '19900506'));
  await page.locator('form', { has: page.locator('select[name="document.type"]') }).locator('[type=submit]').click();
  const select = page.locator('select[name=campaign]');
  await select.waitFor();
  assert.match(await select.innerText(), /新生第一张读者证/);
  await axe(page);
  await shot(page, 'promotion desk choice');
  await select.selectOption({ label: '新生第一张读者证' });
  await page.locator('input[name="reader.name"]').fill('游试新');
  await page.locator('input[name="reader.phone"]').fill('13900000377');
  await page.locator('form[action="/desk/open"] [data-key=s]').click();
  await page.waitForURL(/\/desk\/cards\//);
});

/** Writes a page, a post and hours in the office, and looks for each where the public does. */
async function writes(page, scripts) {
  const seen = (name) => (scripts ? look(page, name) : fits(page));
  await yueka.signIn(page, 'branch_manager');
  await page.goto('/office/site?library=SD');
  await seen('site of a library');
  await page.locator('a[href="/office/site/SD/services/en"]').click();
  await seen('site page blank');
  await page.locator('[name="page.title"]').fill('At Shunde');
  await page.locator('[name="page.body"]').fill('# Dragon boats\n\nA **reading room** for local history.\n\n- [Hours](/libraries/SD)\n\n<script>alert(1)</script>');
  await page.locator('button[value=save]').click();
  await page.waitForURL('**done=saved');
  await seen('site page draft');
  const reader = await yueka.visit({ context: { locale: 'en-GB', javaScriptEnabled: scripts } });
  await reader.page.goto('/libraries/SD');
  assert.ok(!(await reader.page.locator('main').innerText()).includes('Dragon boats'), 'a draft is not public');
  assert.match(await reader.page.locator('.public-note').innerText(), /Only available in/);
  await page.locator('button[value=publish]').click();
  await page.waitForURL('**done=published');
  await reader.page.goto('/libraries/SD');
  const text = await reader.page.locator('main').innerText();
  assert.match(text, /Dragon boats/);
  assert.match(text, /<script>alert\(1\)<\/script>/, 'shown as it was typed');

  await page.goto('/office/news/new');
  await page.locator('[name="news.title"]').fill('龙舟鼓响');
  await page.locator('[name="news.body"]').fill('周六**九点**。');
  await seen('news write');
  await page.locator('button[value=publish]').click();
  await page.waitForURL('**/office/news?saved');
  await seen('news list');
  await reader.page.goto('/news?library=SD');
  assert.match(await reader.page.locator('main').innerText(), /龙舟鼓响/);

  await page.goto('/office/hours?library=SD');
  await seen('hours');
  await page.locator('[name="hours.1"]').fill('noon');
  await page.locator('button[value=week]').click();
  await seen('hours wrong');
  await page.locator('[name="hours.1"]').fill('00:00-24:00');
  for (const day of [2, 3, 4, 5, 6, 7]) await page.locator(`[name="hours.${day}"]`).fill('0-24');
  await page.locator('button[value=week]').click();
  await page.waitForURL('**done=1');
  await reader.page.goto('/libraries/SD');
  assert.match(await reader.page.locator('.library-now').innerText(), /Open until 24:00/);
  await reader.context.close();
}

yueka.test('4.4.1 the office writes a page, news and hours', { timeout: 120_000 }, async ({ page }) => {
  await writes(page, true);
});
