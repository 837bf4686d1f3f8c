// The life of a card at the desk (6.3, A.4): what a clerk does, in a real browser.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';
import { citizen, macaoPermit, yearsAgo } from './lib/people.mjs';

const yueka = product();

/** Opens a card for somebody new, and goes to their page. Gives the card's number. */
async function open(page, number, fields, barcode) {
  await page.goto('/desk/open');
  await page.locator('input[type=text][name="document.number"]').fill(number);
  await page.locator('form', { has: page.locator('select[name="document.type"]') }).locator('[type=submit]').click();
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
  const sex = page.locator('input[type=radio][name="reader.sex"][value=female]');
  if (await sex.count() > 0) await sex.check();
  if (barcode) {
    const kind = page.locator('input[type=radio][name=kind][value=one_card]');
    if (await kind.count() > 0 && await kind.isEnabled()) await kind.check();
    await page.locator('[name=barcode]').fill(barcode);
  }
  const consent = page.locator('[name="guardian.consent"]');
  if (await consent.count() > 0 && fields['guardian.name']) await consent.check();
  await page.locator('form[action="/desk/open"] [data-key=s]').click();
  await page.waitForURL(/\/done/);
  const given = (await page.locator('.number-large').innerText()).replaceAll(' ', '');
  await find(page, given);
  return given;
}

async function find(page, text) {
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(text);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/readers\//);
}

/** Opens a service from the reader's page by its name, and waits for its form. */
async function choose(page, service) {
  await page.locator(`a.service[href$="/${service}"]`).click();
  await page.waitForURL(new RegExp(`/${service}`));
}

/** The tick with which a clerk says that they saw the document and compared it with the person. */
const compared = (page) => page.locator('[name="identity_check.compared"]');

async function send(page, service) {
  if (await compared(page).isVisible()) await compared(page).check();
  await page.locator('main form [data-key=s]').click();
  await page.waitForURL(new RegExp(`/after/${service}`));
}

/** A name without digits for each serial. */
const named = (serial) => `陈${[...String(serial)].map((digit) => '零一二三四五六七八九'[digit]).join('')}`;
const adult = (serial) => ({ 'reader.name': named(serial), 'reader.phone': `1390001${String(serial).padStart(4, '0')}` });

yueka.test('c_6_3_1 a loss is reported by keyboard alone, said aloud, printed, and taken back', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await open(page, citizen(101, '1990-05-06'), adult(101));
  await axe(page);
  await shot(page, 'reader with services');
  await page.locator('body').press('Alt+1');
  await page.waitForURL(/report-loss/);
  await axe(page);
  await shot(page, 'report loss');
  await page.keyboard.press('Alt+k');
  assert.ok(await compared(page).isChecked(), 'one key says that the person was compared');
  await page.keyboard.press('Alt+s');
  await page.waitForURL(/after\/report-loss/);
  assert.match(await page.locator('[role=status]').innerText(), /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 挂失/);
  await axe(page);
  await shot(page, 'after a loss');
  await page.keyboard.press('Alt+1');
  await page.waitForURL(/paper\/report-loss/);
  await axe(page);
  await shot(page, 'receipt of a loss');
  assert.doesNotMatch(await page.locator('.slip').innerText(), new RegExp(named(101)), 'anybody may see it');
  await page.goBack();
  await page.keyboard.press('Alt+3');
  await page.waitForURL(/undo-loss/);
  await axe(page);
  await page.keyboard.press('Alt+s');
  await page.waitForURL(/after\/undo-loss/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk$/);
});

yueka.test('a_4_1 a caller answers questions; wrong ones are refused and what was typed is kept', { expect: [/409/] }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const number = citizen(102, '1990-05-06');
  await open(page, number, adult(102));
  await choose(page, 'report-loss');
  assert.equal(await page.locator('[data-part=phone]').isVisible(), false);
  await page.locator('input[value=phone]').check();
  await page.locator('[name="identity_check.answers.birth_date"]').fill('1990-05-07');
  await page.locator('[name="identity_check.answers.document_end"]').fill(number.slice(-4));
  await page.locator('[name="identity_check.answers.phone"]').fill('0102');
  await axe(page);
  await shot(page, 'questions on the phone');
  await page.locator('main form [data-key=s]').click();
  await page.locator('main .notice[role=alert]').waitFor();
  await axe(page);
  assert.equal(await page.locator('[name="identity_check.answers.birth_date"]').inputValue(), '1990-05-07');
  await page.locator('[name="identity_check.answers.birth_date"]').fill('1990-05-06');
  await send(page, 'report-loss');
});

yueka.test('c_4_2_2 an agent: both documents and the authorization, sent as a file', { expect: [/422/] }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const number = citizen(103, '1990-05-06');
  await open(page, number, adult(103));
  await choose(page, 'report-loss');
  await page.locator('input[value=agent]').check();
  await page.locator('[name="identity_check.agent.name"]').fill('代办人');
  await page.locator('[name="identity_check.agent.number"]').fill(citizen(104, '1970-01-02'));
  await page.locator('[name="identity_check.document.number"]').fill(number);
  await axe(page);
  await shot(page, 'an agent');
  assert.match(await page.locator('[data-compared]:visible').innerText(), /双方的证件/);
  await page.locator('main form [data-key=s]').click();
  await page.locator('.error-summary').waitFor();
  assert.equal(await page.locator('.error-summary li').count(), 2, 'the authorization and the tick');
  const file = { name: 'authorization.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 ${'x'.repeat(200_000)}\n%%EOF\n`) };
  await page.locator('[name="identity_check.authorization"]').setInputFiles(file);
  await send(page, 'report-loss');
});

yueka.test('c_6_2_1 a tick that was forgotten is told at the tick, and leaves no refusal', { expect: [/422/] }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const given = await open(page, citizen(150, '1990-05-06'), adult(150));
  await choose(page, 'report-loss');
  await send(page, 'report-loss');
  await find(page, given);
  await choose(page, 'restore');
  assert.equal(await compared(page).isChecked(), false, 'nobody said it yet');
  await page.locator('input[value=found]').check();
  await page.keyboard.press('Alt+s');
  await page.locator('.error-summary').waitFor();
  await axe(page);
  await shot(page, 'not compared');
  await page.locator('.error-summary a').click();
  await page.keyboard.press('Space');
  assert.ok(await compared(page).isChecked());
  await page.keyboard.press('Enter');
  await page.waitForURL(/after\/restore/);
  await find(page, given);
  await axe(page);
  await shot(page, 'records');
  const log = await page.locator('[aria-labelledby=records]').innerText();
  assert.doesNotMatch(log, /未能办理/, 'a form error is no refusal');
  assert.match(log, /来人：读者本人/);
});

yueka.test('c_6_2_1 a document is read beside the form, and the person is still compared', async ({ page, demo }) => {
  const put = (what) => fetch(`${demo.id_reader}/simulator/reader`, { method: 'POST', body: new URLSearchParams(what), redirect: 'manual' });
  await yueka.signIn(page, 'clerk');
  await put({ person: 'adult' });
  await page.goto('/desk/open');
  await page.locator('[data-read-document]').first().click();
  await page.locator('main .notice').first().waitFor();
  await page.locator('main a[href^="/desk/readers/"]').first().click();
  await page.waitForURL(/\/desk\/readers\//);
  await choose(page, 'reset-password');
  await page.locator('[data-read-here]:visible').first().waitFor();
  await page.keyboard.press('Alt+r');
  await page.locator('[data-read-status][data-kind=done]:visible').waitFor();
  assert.equal(await compared(page).isChecked(), false);
  await axe(page);
  await shot(page, 'read beside the form');
  await page.keyboard.press('Alt+k');
  await page.locator('main form button[type=submit]').first().click();
  await page.locator('.notice[data-kind=done]').waitFor();
  await page.goto(page.url().replace(/\/reset-password.*/, ''));
  assert.match(await page.locator('[aria-labelledby=records] li').first().innerText(), /读卡器核验证件/);
});

yueka.test('a_4_1 losses told by phone wait in a list until somebody comes', async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/losses');
  await axe(page);
  await shot(page, 'losses none');
  await page.goto('/office/policies');
  const form = page.locator('form', { has: page.locator('[name=policy][value=loss_confirm_days]') });
  await form.locator('[name=value]').fill('7');
  await form.locator('[type=submit]').first().click();
  await page.waitForLoadState();
  const number = citizen(160, '1990-05-06');
  await open(page, number, adult(160));
  await choose(page, 'report-loss');
  await page.locator('input[value=phone]').check();
  await page.locator('[name="identity_check.answers.birth_date"]').fill('1990-05-06');
  await page.locator('[name="identity_check.answers.document_end"]').fill(number.slice(-4));
  await page.locator('[name="identity_check.answers.phone"]').fill('0160');
  await send(page, 'report-loss');
  await page.goto('/office');
  await page.locator('.office-nav a[href="/office/losses"]').click();
  await page.locator('tbody a', { hasText: named(160) }).waitFor();
  await axe(page);
  await shot(page, 'losses');
  await page.locator('tbody a', { hasText: named(160) }).click();
  await page.waitForURL(/readers/);
  await axe(page);
  await choose(page, 'confirm-loss');
  await send(page, 'confirm-loss');
  await page.goto('/office/losses');
  assert.equal(await page.locator('tbody a', { hasText: named(160) }).count(), 0);
});

for (const javaScriptEnabled of [true, false]) {
  const serial = javaScriptEnabled ? 110 : 120;
  yueka.test(`c_6_3 lost, restored, cancelled ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
    { context: { javaScriptEnabled }, expect: [/422/] }, async ({ page }) => {
      await yueka.signIn(page, 'clerk');
      const given = await open(page, citizen(serial, '1990-05-06'), adult(serial));
      await choose(page, 'report-loss');
      await send(page, 'report-loss');
      await find(page, given);
      assert.match(await page.locator('.reader-head').innerText(), /已挂失|挂失/);
      await choose(page, 'restore');
      await page.locator('input[value=document_reissued]').check();
      await send(page, 'restore');
      await find(page, given);
      await choose(page, 'cancel');
      await page.locator('main form [data-key=s]').click();
      await page.locator('.error-summary').waitFor();
      assert.equal(await page.locator('.error-summary li').count(), 2, 'the tick and the reason are asked for');
      if (javaScriptEnabled) {
        await axe(page);
        await shot(page, 'cancel');
      }
      await page.locator('input[value=wish]').check();
      await send(page, 'cancel');
      await find(page, given);
      assert.match(await page.locator('.reader-head').innerText(), /注销/);
    });
}

yueka.test('a_4_4 a One-Card is replaced in one step, and the old number says so', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const fields = { 'reader.name': '补办人', 'reader.birth_date': '1985-07-08', 'reader.phone': '13900010130' };
  const given = await open(page, macaoPermit(130), fields, 'FS90000130');
  await choose(page, 'replace');
  await page.locator('[name=barcode]').fill('FS90000131');
  await axe(page);
  await shot(page, 'replace');
  await send(page, 'replace');
  await shot(page, 'after replacing');
  await axe(page);
  await page.locator('a[href$="/paper/replace"]').click();
  await page.waitForURL(/paper/);
  assert.ok(await page.locator('.slip svg.bars').count() > 0);
  await find(page, given);
  await page.locator('.notice', { hasText: '刚才的号码已经不能用' }).waitFor();
  await axe(page);
});

yueka.test('a_1 a child gets the other kind of card, in English', { context: { locale: 'en-GB' } }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const guardian = citizen(141, '1988-01-02');
  await open(page, citizen(140, yearsAgo(9)), {
    'reader.name': '小读者', 'reader.phone': '13900010140', 'guardian.name': '监护人', 'guardian.phone': '13900010141', 'guardian.document.number': guardian,
  });
  await choose(page, 'change-kind');
  await page.locator('input[value=guardian]').check();
  await page.locator('[name="identity_check.guardian.number"]').fill(guardian);
  await page.locator('[name=barcode]').fill('FS90000140');
  await axe(page);
  await shot(page, 'another kind in English');
  const text = (await page.locator('main form').innerText()).replaceAll(/小读者|监护人/g, '');
  assert.doesNotMatch(text, /读者|证件|办/, 'no Chinese is left on the form');
  await send(page, 'change-kind');
});

yueka.test('c_6_3_3 another library prints directions to the issuing one', { expect: [/409/] }, async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  const library = demo.staff.find((account) => account.role === 'clerk').library;
  const elsewhere = demo.readers.find((reader) => reader.state === 'active' && reader.issuing_library !== library);
  const holder = elsewhere ?? demo.readers.find((reader) => reader.state === 'active');
  await find(page, holder.number);
  const directions = page.locator('a[href*="/refer?for=cancel"]');
  await shot(page, 'reader of another library');
  assert.ok(await directions.count() > 0, 'a card of another library');
  await directions.click();
  await page.waitForURL(/refer/);
  await axe(page);
  await shot(page, 'refer');
  await send(page, 'refer');
  await page.locator('a[href$="/paper/refer"]').click();
  await page.waitForURL(/paper/);
  await axe(page);
  await shot(page, 'directions');
});

for (const [width, height] of [[1366, 768], [1280, 900], [1920, 1080]]) {
  const serial = width === 1366 ? 171 : width === 1280 ? 172 : 173;
  yueka.test(`c_6_2_1 the tick and the action stand on one screen of ${width}×${height}`, { context: { viewport: { width, height } } }, async ({ page }) => {
    await yueka.signIn(page, 'clerk');
    const fields = { 'reader.name': named(serial), 'reader.birth_date': '1985-07-08', 'reader.phone': `13900010${serial}` };
    await open(page, macaoPermit(serial), fields, `FS90000${serial}`);
    const mine = page.url();
    for (const service of ['report-loss', 'cancel', 'replace']) {
      await page.goto(mine);
      await choose(page, service);
      for (const what of ['[name="identity_check.compared"]', 'main form [data-key=s]']) {
        const box = await page.locator(what).boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height, `${service}: ${what} at ${JSON.stringify(box)}`);
      }
      await axe(page);
      await shot(page, `${service} ${width}`);
    }
  });
}
