// The kiosk, full screen on 1080 × 1920, with the simulated ID reader (6.1.1.1, A.2.1 c).

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chromium } from 'playwright-core';

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

/** Up to the question after the phone number, as somebody new. */
async function halfway(page, demo, language = 'zh-Hans') {
  await setUp(page, demo);
  await put(demo, 'newcomer');
  await begin(page, language);
  await read(page);
  await agree(page);
}

for (const language of LANGUAGES) {
  yueka.test(`a_1 who can't be served alone is told why, and what to bring, in ${language}`, kiosk({ timeout: 120_000 }), async ({ page, demo }) => {
    await setUp(page, demo);
    for (const person of ['child', 'adult', 'expired']) {
      await put(demo, person);
      await begin(page, language);
      await read(page, /\/kiosk\/done$/);
      await look(page, `${person} ${language}`);
      assert.equal(await page.evaluate(() => globalThis.printed), person === 'adult' ? 0 : 1);
      await page.locator('main [type=submit]').click();
      await page.waitForURL(/\/kiosk$/);
    }
    await begin(page, language);
    await page.locator('a[href="/kiosk/other"]').click();
    await page.waitForURL(/\/kiosk\/other$/);
    await look(page, `other ${language}`);
    await page.locator('button[value=hk_macao_permit]').click();
    await page.waitForURL(/\/kiosk\/done$/);
    assert.match(await page.locator('.kiosk-number-digits').innerText(), /^K1-\d\d$/);
    await look(page, `one-card ${language}`);
  });
}

yueka.test('6.1.1.1 every card with a chip that can be the card is taken', kiosk({ timeout: 90_000 }), async ({ page, demo }) => {
  await setUp(page, demo);
  for (const person of ['long_term', 'rare_name', 'minority', 'macao', 'hong_kong', 'taiwan', 'permanent_2017', 'permanent_2023']) {
    await put(demo, person);
    await begin(page, 'en');
    await read(page, /\/kiosk\/notice$/);
    await page.locator('button[value=refuse]').click();
    await page.waitForURL(/\/kiosk$/);
  }
});

yueka.test('6.1.1.1 the kiosk wipes itself after quiet, and Back shows nothing of anybody', kiosk({ timeout: 90_000 }), async ({ page, context, demo, url }) => {
  const asked = new Set();
  page.on('request', (request) => asked.add(request.url()));
  await page.clock.install();
  await halfway(page, demo);
  await press(page, '13900008877');
  await page.clock.fastForward(31_000);
  await page.locator('[data-idle-line][data-soon]').waitFor();
  await look(page, 'idle');
  // Whatever a page showed is gone from it the moment it is left.
  const left = await page.evaluate(() => {
    const copy = document.querySelector('[data-question]').cloneNode(true);
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    const emptied = document.querySelector('[data-question]').childElementCount === 0;
    document.querySelector('[data-question]').replaceWith(copy);
    return emptied;
  });
  assert.ok(left, 'a page that is left is empty');
  // A touch, and it begins anew.
  await page.locator('h1').click();
  await page.locator('[data-idle-line]:not([data-soon])').waitFor();
  assert.equal(await page.locator('#phone').inputValue(), '13900008877');
  await page.clock.fastForward(41_000);
  await page.waitForURL(/\/kiosk$/);
  await page.locator('button[value="zh-Hans"]').waitFor();

  const nothing = async (where) => {
    const text = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((each) => each.value).join(' '));
    for (const secret of ['13900008877', '林', '彤']) assert.ok(!text.includes(secret), `${secret} is in the page ${where}`);
  };
  await nothing('after quiet');
  const cookies = (await context.cookies()).map((cookie) => cookie.name);
  assert.ok(!cookies.includes('yueka_kiosk_visit'), cookies.join());
  const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length, history.state]);
  assert.deepEqual(kept, [0, 0, 0, null]);
  for (let step = 1; step <= 4; step += 1) {
    await page.goBack().catch(() => undefined);
    assert.match(page.url(), /\/kiosk(\/set-up)?$/);
    await nothing(`${step} back`);
  }
  // The next person goes back too, and forward.
  await page.goto('/kiosk');
  await begin(page);
  for (const step of ['goBack', 'goBack', 'goForward', 'goForward']) {
    await page[step]().catch(() => undefined);
    assert.match(page.url(), /\/kiosk(\/document|\/set-up)?$/);
    await nothing(`for the next person, ${step}`);
  }
  for (const address of asked) {
    const { pathname, search, origin } = new URL(address);
    assert.equal(search, '', address);
    assert.ok(origin !== url || /^\/(kiosk|assets)(\/[a-z/.-]+)?$/.test(pathname), address);
  }
});

/** All that a page holds, once it has come to rest. */
async function settled(page) {
  for (;;) {
    try {
      await page.waitForFunction(() => document.readyState === 'complete');
      return await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((each) => each.value).join(' '));
    } catch (error) {
      if (!/context was destroyed|navigat/i.test(error.message)) throw error;
    }
  }
}

test('6.1.1.1 what a browser keeps for going back shows nothing either', { timeout: 90_000 }, async () => {
  // Chromium as a kiosk runs it: what is gone may come back from memory at once.
  const browser = await chromium.launch({
    executablePath: process.env.YUEKA_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-features=CacheControlNoStoreEnterBackForwardCache'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    const context = await browser.newContext({ baseURL: yueka.url, viewport: SCREEN });
    const page = await context.newPage();
    await halfway(page, yueka.demo);
    await press(page, '13900008877');
    await page.locator('[data-end] button').click();
    await page.waitForURL(/\/kiosk$/);
    for (let step = 1; step <= 5; step += 1) {
      const [shown] = await Promise.all([
        page.waitForEvent('framenavigated', { timeout: 5_000 }).then(() => settled(page)).catch(() => settled(page)),
        page.evaluate(() => { setTimeout(() => history.back(), 0); }),
      ]);
      assert.ok(!/13900008877|林|彤/.test(shown), `${step} back: ${page.url()}`);
    }
  } finally {
    await browser.close();
  }
});

yueka.test('6.1.1.2 a password is chosen on the screen, or told why not', kiosk({ expect: [/422/], timeout: 90_000 }), async ({ page, demo }) => {
  await halfway(page, demo, 'en');
  // A number that is none first, by keyboard.
  await page.keyboard.type('123');
  await page.keyboard.press('Enter');
  await page.locator('#phone-error').waitFor();
  assert.equal(await page.locator('#phone').inputValue(), '123', 'what was typed stays');
  await look(page, 'phone wrong');
  await page.locator('#phone').fill('');
  await phone(page);
  await press(page, 'aa123456');
  await page.locator('button[value=choose]').click();
  await page.locator('#password-error').waitFor();
  assert.equal(await page.locator('#new-password').inputValue(), '');
  await look(page, 'password wrong');
  await page.locator('[data-press=shift]').click();
  await press(page, 'mei4zai4shu1');
  await page.locator('[data-show]').click();
  assert.equal(await page.locator('#new-password').inputValue(), 'Mei4zai4shu1');
  await look(page, 'password shown');
  await page.locator('button[value=choose]').click();
  await page.waitForURL(/\/kiosk\/done$/);
  const number = (await page.locator('[data-number]').innerText()).replaceAll(' ', '');
  await look(page, 'opened with password');
  // The paper, as the printer gets it.
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('.kiosk-paper').isVisible());
  assert.ok(!(await page.locator('.kiosk-main').isVisible()));
  await shot(page, 'kiosk paper');
  await page.emulateMedia({ media: null });
  await page.setViewportSize(SCREEN);
  await page.locator('main [type=submit]').click();
  await page.waitForURL(/\/kiosk$/);
  // It works.
  await page.goto('/my/sign-in');
  await page.locator('[name=number]').fill(number);
  await page.locator('[name=password]').fill('Mei4zai4shu1');
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/my$/);
});

yueka.test('4.1 staff are called without leaving the page, and come', kiosk({ timeout: 90_000 }), async ({ page, demo }) => {
  await halfway(page, demo);
  await press(page, '139');
  await page.locator('[data-call] button').click();
  await page.locator('[data-call-text][data-state=called]').waitFor();
  assert.equal(await page.locator('#phone').inputValue(), '139');
  await look(page, 'called');
  const { page: desk, context } = await yueka.visit();
  await yueka.signIn(desk, 'clerk');
  await desk.goto('/desk');
  await desk.getByText('大堂自助办证机呼叫工作人员').waitFor();
  await axe(desk);
  await shot(desk, 'kiosk call at the desk');
  await desk.getByRole('button', { name: '我去' }).click();
  await desk.getByText('有人过去了').waitFor();
  await context.close();
  await page.locator('[data-call-text][data-state=coming]').waitFor();
  await look(page, 'coming');
});

yueka.test('6.1.1.1 what is stuck is said, and comes back by itself', kiosk({ expect: [/^(409|502|503) POST .*\/v1\/read$/], timeout: 90_000 }), async ({ page, context, demo }) => {
  await setUp(page, demo, false);
  await put(demo, { fault: 'device_missing' });
  await page.locator('[data-stuck]').waitFor();
  await look(page, 'reader off');
  await put(demo, 'newcomer');
  await page.locator('[data-stuck]').waitFor({ state: 'hidden' });
  await page.getByText('打印机暂时不能用').waitFor();
  await look(page, 'home without printer');
  // While somebody stands there.
  await begin(page, 'en');
  for (const [fault, words] of [['no_document', 'No document found'], ['read_failed', 'could not be read'], ['device_missing', 'does not answer'], ['damaged', 'could not be read']]) {
    await put(demo, { fault });
    await page.locator('[data-read-now]').click();
    await page.locator('[data-read-status]').getByText(words).waitFor();
  }
  await look(page, 'document not read');
  await put(demo, 'newcomer');
  await context.route('**/kiosk/alive', (route) => route.abort());
  await page.locator('[data-away]').waitFor();
  await look(page, 'server away');
  await context.unroute('**/kiosk/alive');
  await page.locator('[data-read-now]').waitFor();
  await read(page);
  await agree(page);
  await phone(page);
  await page.locator('button[value=later]').click();
  await page.waitForURL(/\/kiosk\/done$/);
  await look(page, 'opened without printer');
  assert.equal(await page.evaluate(() => globalThis.printed), 0);
});

yueka.test('6.1.1.1 a browser that is no kiosk says so, and staff set it up', kiosk({ expect: [/422/] }), async ({ page, demo }) => {
  await page.goto('/kiosk');
  await page.getByText('此自助机尚未启用').waitFor();
  await look(page, 'not set up');
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto('/sign-in');
  await page.getByRole('link', { name: '把这台电脑设为自助办证机' }).click();
  await page.locator('[name=kiosk_token]').fill(demo.api_tokens[0].token);
  await page.locator('main form [type=submit]').click();
  await page.locator('.error-summary').waitFor();
  await axe(page);
  await shot(page, 'kiosk set-up');
  assert.equal(await page.locator('[name=kiosk_token]').inputValue(), '');
  await setUp(page, demo);
  const cookie = (await page.context().cookies()).find((each) => each.name === 'yueka_kiosk');
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/kiosk']);
});

yueka.test('6.1.1.1 without its program the kiosk says what to do', kiosk({ context: { javaScriptEnabled: false } }), async ({ page, demo }) => {
  await page.goto('/kiosk/set-up');
  await page.locator('[name=kiosk_token]').fill(demo.kiosk_token);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/kiosk$/);
  await page.locator('button[value=en]').click();
  await page.getByText('The reading program of this kiosk is not running').first().waitFor();
  await shot(page, 'kiosk without its program');
  await page.locator('a[href="/kiosk/other"]').click();
  await page.locator('button[value=passport]').click();
  await page.getByText('Get your One-Card at the desk').first().waitFor();
});
