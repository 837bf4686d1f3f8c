// Scan to sign in (6.1.4.2): a public terminal and a phone, two browsers that know nothing of each other, in three languages, in light and
// dark, and without a script. Each test has a reader of its own.

import assert from 'node:assert/strict';

import { product, quiet, shot } from './lib/harness.mjs';
import { readCode } from './lib/qr.mjs';
import { enter, look } from './lib/reader.mjs';

const yueka = product();

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);

/** What a phone's camera reads from the terminal's screen. */
async function scan(terminal) {
  const squares = terminal.locator('.scan-squares');
  const size = Number((await squares.getAttribute('viewBox')).split(' ')[2]) - 8;
  return readCode(await squares.locator('path').getAttribute('d'), size);
}

const number = async (page) => (await page.locator('.scan-number').textContent()).trim();

/** Opens the page of the terminal by its link, and shows a code. */
async function showCode(terminal) {
  await terminal.goto('/my/sign-in');
  await terminal.locator('a[href="/my/scan"]').click();
  await terminal.locator('[data-scan-again] [type=submit]').click();
  await terminal.locator('.scan-squares').waitFor();
}

for (const [language, locale, sort] of [['简体', 'zh-CN', 'borrower'], ['繁體', 'zh-HK', 'owing'], ['English', 'en-GB', 'document_card_permanent_resident']]) {
  yueka.test(`6.1.4.2 a terminal is signed in by a phone, ${language}`, { context: { locale } }, async ({ page: terminal, demo, url }) => {
    const { page: phone, context, problems } = await yueka.visit({ context: { locale, ...PHONE } });
    try {
      await terminal.goto('/my/sign-in');
      await look(terminal, `scan sign-in ${locale}`);
      await terminal.locator('a[href="/my/scan"]').click();
      await look(terminal, `scan before ${locale}`);
      await terminal.locator('[data-scan-again] [type=submit]').click();
      await terminal.locator('.scan-squares').waitFor();
      const box = await terminal.locator('.scan-squares').boundingBox();
      assert.ok(box.width >= 280 && box.y + box.height < 768, 'the code is large and on the first screen');
      await look(terminal, `scan terminal ${locale}`);

      const address = await scan(terminal);
      assert.ok(address.startsWith(`${url}/my/scan/confirm?r=`), address);
      // The phone is not signed in: it does that first, and comes back to this terminal.
      await phone.goto(address);
      assert.equal(new URL(phone.url()).pathname, '/my/sign-in');
      await enter(phone, who(demo, sort));
      assert.equal(phone.url(), address);
      assert.equal(await number(phone), await number(terminal));
      assert.match(await phone.locator('.scan-asking').textContent(), /Chrome · Linux/);
      // The demo's own network is registered as that of a library.
      assert.equal(await phone.locator('.scan-unknown').count(), 0);
      await look(phone, `scan phone ${locale}`);
      await phone.emulateMedia({ colorScheme: 'dark' });
      await look(phone, `scan phone ${locale} dark`);
      await terminal.emulateMedia({ colorScheme: 'dark' });
      await look(terminal, `scan terminal ${locale} dark`);
      await terminal.emulateMedia({ colorScheme: 'light' });

      await phone.locator('[value=confirm]').click();
      await phone.waitForURL((at) => at.search === '?done=1');
      await look(phone, `scan confirmed ${locale}`);
      // The terminal notices by itself.
      await terminal.waitForURL((at) => at.pathname === '/my');
      assert.ok(await terminal.locator('.shared-note').isVisible());
      await look(terminal, `scan signed in ${locale}`);
      await terminal.locator('.shared-note [type=submit]').click();
      await terminal.waitForURL((at) => at.pathname === '/my/sign-in');
      await terminal.goto('/my');
      assert.equal(new URL(terminal.url()).pathname, '/my/sign-in');
      // The code was for one use.
      await phone.goto(address);
      await look(phone, `scan gone ${locale}`);
      assert.equal(await phone.locator('[value=confirm]').count(), 0);
      quiet(problems());
    } finally {
      await context.close();
    }
  });
}

yueka.test('6.1.4.2 a number is typed where a phone cannot scan, and no is no', async ({ page: terminal, demo }) => {
  const { page: phone, context, problems } = await yueka.visit({ context: PHONE });
  try {
    await showCode(terminal);
    await phone.goto('/my/sign-in');
    await enter(phone, who(demo, 'document_card_adult'));
    await phone.goto('/my');
    await phone.locator('a[href="/my/scan/confirm"]').click();
    await look(phone, 'scan type');
    await phone.locator('[name=scan_number]').fill('000000');
    await phone.locator('main form [type=submit]').click();
    await phone.locator('.field-error').first().waitFor();
    await look(phone, 'scan type wrong');
    await phone.locator('[name=scan_number]').fill(await number(terminal));
    await phone.locator('main form [type=submit]').click();
    await phone.locator('[value=refuse]').click();
    await phone.waitForURL((at) => at.search === '?refused=1');
    await look(phone, 'scan said no');
    await terminal.locator('.notice[data-kind=refused]').waitFor();
    await look(terminal, 'scan terminal refused');
    quiet(problems());
  } finally {
    await context.close();
  }
});

yueka.test('6.1.4.2 scanning works without a script', { context: { javaScriptEnabled: false } }, async ({ page: terminal, demo }) => {
  const { page: phone, context, problems } = await yueka.visit({ context: { ...PHONE, javaScriptEnabled: false } });
  try {
    await showCode(terminal);
    await shot(terminal, 'scan terminal without script');
    assert.ok(await terminal.locator('[data-count-line]').isHidden());
    await phone.goto(await scan(terminal));
    await enter(phone, who(demo, 'document_card_hmt_residence_permit'));
    await phone.locator('[value=confirm]').click();
    await phone.waitForURL((at) => at.search === '?done=1');
    // The page loads itself again, and is signed in.
    await terminal.waitForURL((at) => at.pathname === '/my');
    await shot(terminal, 'scan signed in without script');
    quiet(problems());
  } finally {
    await context.close();
  }
});

yueka.test('6.1.4.2 who walks away from a terminal is signed out, and asked before', async ({ page: terminal, demo }) => {
  const { page: phone, context } = await yueka.visit({ context: PHONE });
  try {
    await terminal.clock.install();
    await showCode(terminal);
    await phone.goto(await scan(terminal));
    await enter(phone, who(demo, 'restored'));
    await phone.locator('[value=confirm]').click();
    await phone.waitForURL((at) => at.search === '?done=1');
    await terminal.clock.runFor(3_000);
    await terminal.waitForURL((at) => at.pathname === '/my');
    assert.ok(await terminal.locator('[data-shared-warning]').isHidden());
    await terminal.clock.runFor(4.5 * 60_000);
    assert.ok(await terminal.locator('[data-shared-warning]').isVisible());
    await look(terminal, 'scan still there');
    await terminal.locator('[data-shared-warning] button').click();
    assert.ok(await terminal.locator('[data-shared-warning]').isHidden());
    await terminal.clock.runFor(5 * 60_000 + 2_000);
    await terminal.waitForURL((at) => at.pathname === '/my/sign-in');
    await terminal.goto('/my');
    assert.equal(new URL(terminal.url()).pathname, '/my/sign-in');
  } finally {
    await context.close();
  }
});
