// The kiosk, full screen on 1080 × 1920, with the simulated ID reader (6.1.1.1, A.2.1 c).

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const SCREEN = { width: 1080, height: 1920 };
const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'];
const kiosk = (wishes = {}) => ({ ...wishes, context: { viewport: SCREEN, hasTouch: true, ...wishes.context } });

/** Puts somebody on the simulated reader, or lets it fail. */
async function put(demo, choice) {
  const body = new URLSearchParams(typeof choice === 'string' ? { person: choice } : choice);
  const answer = await fetch(`${demo.id_reader}/simulator/reader`, { method: 'POST', body, redirect: 'manual' });
  assert.equal(answer.status, 303, JSON.stringify(choice));
}

/** Makes the browser a kiosk, as staff do. */
async function setUp(page, demo, printer = true) {
  await page.goto('/kiosk/set-up');
  await page.locator('[name=kiosk_token]').fill(demo.kiosk_token);
  await page.locator('[name=printer]').setChecked(printer);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/kiosk$/);
  // What the test sees printed is a count.
  await page.addInitScript(() => { globalThis.printed = 0; window.print = () => { globalThis.printed += 1; }; });
}

const begin = async (page, language = 'zh-Hans') => {
  await page.locator(`button[value="${language}"]`).click();
  await page.waitForURL(/\/kiosk\/document$/);
};
const read = async (page, place = /\/kiosk\/(notice|done)$/) => {
  await page.locator('[data-read-now]').click();
  await page.waitForURL(place);
};
const agree = async (page) => {
  await page.locator('button[value=agree]').click();
  await page.waitForURL(/\/kiosk\/phone$/);
};
const press = async (page, text) => {
  for (const key of text) await page.locator(`[data-press="${key}"]`).click();
};
const phone = async (page, number = '13900008877') => {
  await press(page, number);
  await page.locator('[data-phone] [type=submit]').click();
  await page.waitForURL(/\/kiosk\/password$/);
};

/** A page that everybody can use, of this kiosk's size, with what is pressed large enough. */
async function look(page, name) {
  await axe(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  const small = await page.evaluate(() => [...document.querySelectorAll('button, a[href]')]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 120)
    .map((each) => `${each.textContent.trim()}: ${each.getBoundingClientRect().height}`));
  assert.deepEqual(small, [], `${name}: 120 px and more`);
  await shot(page, `kiosk ${name}`);
}

for (const language of LANGUAGES) {
  for (const colorScheme of ['light', 'dark']) {
    yueka.test(`6.1.1.1 a card is opened alone at a kiosk, in ${language}, ${colorScheme}`, kiosk({ context: { colorScheme }, timeout: 120_000 }), async ({ page, demo }) => {
      const name = (step) => `${step} ${language} ${colorScheme}`;
      await setUp(page, demo);
      if (language === 'zh-Hans') await look(page, name('home'));
      await put(demo, 'newcomer');
      await begin(page, language);
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await look(page, name('document'));
      await read(page);
      await look(page, name('notice'));
      assert.ok(!(await page.content()).includes('林晓彤'), 'the name is masked');
      await agree(page);
      await press(page, '139000');
      await look(page, name('phone'));
      await page.locator('[data-press=delete]').click();
      await press(page, '008877');
      assert.equal(await page.locator('#phone').inputValue(), '13900008877');
      await page.locator('[data-phone] [type=submit]').click();
      await page.waitForURL(/\/kiosk\/password$/);
      await look(page, name('password'));
      await page.locator('button[value=later]').click();
      await page.waitForURL(/\/kiosk\/done$/);
      await look(page, name('opened'));
      assert.match(await page.locator('[data-number]').innerText(), /^0757( \d{4}){3}$/);
      assert.equal(await page.evaluate(() => globalThis.printed), 1, 'the slip is printed');
      await page.locator('main [type=submit]').click();
      await page.waitForURL(/\/kiosk$/);
    });
  }
}
