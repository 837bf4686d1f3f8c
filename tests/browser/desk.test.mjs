// A card at the desk (4.1, 6.1.1, 6.1.2): what a clerk does, in a real browser.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';
import { chipRecord, citizen, macaoPermit, passport, yearsAgo, zone } from './lib/people.mjs';

const yueka = product();

/** Shows a document: types its number, and what else the first step asks. */
async function show(page, number, { type, country, mrz } = {}) {
  await page.goto('/desk/open');
  if (mrz || country) await page.locator('details[data-passport] summary').click();
  if (mrz) await page.locator('[name=mrz]').fill(mrz);
  if (country) await page.locator('[name="document.issuing_country"]').fill(country);
  if (type) await page.locator('select[name="document.type"]').selectOption(type);
  if (number) await page.locator('input[type=text][name="document.number"]').fill(number);
  await page.locator('form', { has: page.locator('select[name="document.type"]') }).locator('[type=submit]').click();
  await page.locator('[name="reader.phone"]').waitFor();
}

async function submit(page) {
  await page.locator('form[action="/desk/open"] [data-key=s]').click();
}

/** The card is open; gives its number. */
async function done(page) {
  await page.waitForURL(/\/desk\/cards\//);
  return (await page.locator('.number-large').innerText()).replaceAll(' ', '');
}

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name="${name}"]`).fill(value);
}

yueka.test('c_6_1_1_2 an adult gets a document card by typing, and a slip', async ({ page }) => {
  await page.goto('/sign-in');
  await axe(page);
  await yueka.signIn(page, 'clerk');
  await axe(page);
  const number = citizen(1, '1990-05-06');
  await page.goto('/desk/open');
  await axe(page);
  await show(page, number);
  await axe(page);
  await fill(page, { 'reader.name': '王𠮷', 'reader.phone': '139 0000 0001', 'reader.workplace': '演示公司' });
  await submit(page);
  const virtual = await done(page);
  assert.match(virtual, /^0757\d{12}$/);
  await axe(page);
  await shot(page, 'done');

  await page.locator('a[href$="/slip"]').click();
  await page.waitForURL(/slip/);
  await axe(page);
  const slip = await page.locator('.slip').innerText();
  assert.ok(slip.replaceAll(' ', '').includes(virtual), 'the slip has the number');
  for (const secret of [number, number.slice(-6), '13900000001']) assert.ok(!slip.includes(secret), 'the slip keeps what is private');
  assert.ok(await page.locator('.slip svg').count() > 0, 'and a barcode');

  // The scan box finds the reader by that number; what is masked can be seen with a reason.
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(virtual);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/(readers|find)/);
  await axe(page);
  assert.ok(!(await page.locator('main').innerText()).includes('13900000001'));
});

yueka.test('a_1 a nine-year-old gets a card when the guardian signs', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await show(page, citizen(2, yearsAgo(9)));
  await fill(page, { 'reader.name': '李小明', 'reader.phone': '13900000002' });
  await submit(page);
  await page.locator('.error-summary').waitFor();
  await axe(page);
  await shot(page, 'guardian missing');
  assert.equal(await page.locator('[name="reader.name"]').inputValue(), '李小明', 'what was typed is kept');
  await fill(page, {
    'guardian.name': '李大明',
    'guardian.phone': '13900000003',
    'guardian.document.number': citizen(3, '1988-01-02'),
  });
  await page.locator('[name="guardian.consent"]').check();
  await page.locator('input[name=kind][value=document]').check();
  await submit(page);
  await done(page);
}, );

yueka.test('c_6_1_2 a Macao resident gets a One-Card with the barcode just scanned', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await show(page, macaoPermit(1));
  await fill(page, { 'reader.name': '何嘉欣', 'reader.birth_date': '1985-07-08', 'reader.phone': '+853 6600 0001' });
  await page.locator('input[name="reader.sex"][value=female]').check();
  await page.locator('[name=barcode]').fill('FS90000001');
  await submit(page);
  assert.equal(await done(page), 'FS90000001');
  await axe(page);
});

yueka.test('c_6_1_2 a foreigner with a passport, in English, by its machine-readable zone',
  { context: { locale: 'en-GB' } }, async ({ page }) => {
    await yueka.signIn(page, 'clerk');
    const mrz = zone({
      country: 'PRT', surname: 'DEMO', given: 'MARIA', number: passport(1), nationality: 'PRT', birth: '1985-07-08', sex: 'F', until: '2034-01-01',
    });
    await show(page, '', { mrz });
    assert.match(await page.locator('html').getAttribute('lang'), /^en/);
    await page.locator('[name="reader.phone"]').fill('+351 912 000 001');
    await page.locator('[name=barcode]').fill('FS90000002');
    await axe(page);
    await shot(page, 'passport in English');
    await submit(page);
    assert.equal(await done(page), 'FS90000002');
    assert.doesNotMatch(await page.locator('main').innerText(), /读者|证件|办/, 'no Chinese is left on the page');
  });

yueka.test('6.1.1 a chip record that a keyboard wedge types fills the form, in traditional Chinese',
  { context: { locale: 'zh-TW' } }, async ({ page }) => {
    await yueka.signIn(page, 'clerk');
    const number = citizen(4, '1979-03-04');
    await show(page, chipRecord({ name: '区小燕', number, birth: '1979-03-04' }));
    assert.equal(await page.locator('[name="reader.name"]').inputValue(), '区小燕');
    assert.match(await page.locator('[name="reader.address"]').inputValue(), /演示路/);
    await page.locator('[name="reader.phone"]').fill('13900000004');
    await submit(page);
    await done(page);
  });

yueka.test('6.1.1 a document is read by the simulated reader, and what goes wrong with it is told',
  { expect: [/409 POST/] }, async ({ page, demo }) => {
    const put = async (what) => {
      const body = new URLSearchParams(what);
      const answer = await fetch(`${demo.id_reader}/simulator/reader`, { method: 'POST', body, redirect: 'manual' });
      assert.equal(answer.status, 303);
    };
    await yueka.signIn(page, 'clerk');
    await put({ fault: 'no_document' });
    await page.goto('/desk/open');
    await page.locator('[data-read-document]').first().click();
    await page.locator('[data-read-status][data-kind=refused]').waitFor();
    assert.match(await page.locator('[data-read-status]').innerText(), /没有证件/);
    await axe(page);
    await put({ person: 'macao', framed: 'on' });
    await page.locator('[data-read-document]').first().click();
    await page.locator('[name="reader.phone"]').fill('13900000008');
    assert.equal(await page.locator('[name="reader.name"]').inputValue(), '何家欣');
    await submit(page);
    assert.match(await done(page), /^0757/);
    // Again: the same person holds a card now.
    await page.goto('/desk/open');
    await page.locator('[data-read-document]').first().click();
    await page.locator('main .notice[data-kind=attention]').waitFor();
  });

yueka.test('6.1.1 a wedge that sends Enter after each line of a zone is waited for', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const lines = zone({
    country: 'PRT', surname: 'WEDGE', given: 'ANA', number: passport(2), nationality: 'PRT', birth: '1985-07-08', sex: 'F', until: '2034-01-01',
  }).split('\n');
  const wedge = async () => {
    for (const line of lines) {
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
    }
  };
  await page.goto('/desk/open');
  await page.locator('input[type=text][name="document.number"]').focus();
  await wedge();
  await page.locator('[name="reader.phone"]').waitFor();
  assert.equal(await page.locator('[name="reader.name"]').inputValue(), 'WEDGE ANA');

  await page.goto('/desk');
  await page.locator('[data-scan]').focus();
  await wedge();
  await page.locator('main .notice[data-kind=done]').waitFor();
});

yueka.test('4.2 a mistyped number is told at the box, and a passport is asked for its country', { expect: [/422/] }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const number = citizen(8, '1990-05-06');
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(number.slice(0, 17));
  await page.keyboard.press('Enter');
  await page.locator('main [aria-invalid=true]').waitFor();
  assert.equal(await page.locator('main input[name=q]').inputValue(), number.slice(0, 17));
  await axe(page);
  await shot(page, 'mistyped number');
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(passport(3));
  await page.keyboard.press('Enter');
  await page.locator('main .notice[data-kind=attention]').waitFor();
  await axe(page);
  await shot(page, 'passport without country');
  await page.locator('[data-key="1"]').click();
  await page.locator('[name="document.issuing_country"][aria-invalid=true]').waitFor();
  await axe(page);
});

yueka.test('6.2.1 somebody who had a card before is shown, and their data are gone through', async ({ page, demo }) => {
  await yueka.signIn(page, 'clerk');
  const before = demo.readers.find((reader) => reader.state === 'cancelled' && reader.kind === 'document');
  await show(page, before.document_number);
  await page.locator('#of-record').waitFor();
  assert.notEqual(await page.locator('[name="reader.name"]').inputValue(), '');
  assert.notEqual(await page.locator('[name="reader.phone"]').inputValue(), '');
  await axe(page);
  await shot(page, 'known reader');
});

yueka.test('a_1 a person who holds a card is shown which, and gets no second one',
  { expect: [/409/] }, async ({ page, demo }) => {
    await yueka.signIn(page, 'clerk');
    const holder = demo.readers.find((reader) => reader.state === 'lost');
    await page.goto('/desk/open');
    await page.locator('input[type=text][name="document.number"]').fill(holder.document_number);
    await page.keyboard.press('Enter');
    await page.locator('main .notice').first().waitFor();
    const text = (await page.locator('main').innerText()).replaceAll(' ', '');
    assert.ok(text.includes(holder.number), 'which card');
    assert.ok(!text.includes(holder.document_number), 'the document stays masked');
    await axe(page);
    await shot(page, 'already holds');
  });

for (const javaScriptEnabled of [false]) {
  yueka.test('6.1.1 all of it works without JavaScript', { context: { javaScriptEnabled } }, async ({ page }) => {
    await yueka.signIn(page, 'clerk');
    await page.goto('/desk/open');
    // A chip record or a number, typed into the one box.
    await page.locator('input[type=text][name="document.number"]').fill(chipRecord({ name: '无脚本', number: citizen(5, '1990-01-01'), birth: '1990-01-01' }));
    await page.locator('form', { has: page.locator('select[name="document.type"]') }).locator('[type=submit]').click();
    await page.locator('[name="reader.phone"]').fill('13900000005');
    await submit(page);
    await done(page);

    await page.goto('/desk/open');
    await page.locator('input[type=text][name="document.number"]').fill(citizen(6, yearsAgo(9)));
    await page.locator('form', { has: page.locator('select[name="document.type"]') }).locator('[type=submit]').click();
    await fill(page, {
      'reader.name': '无脚本小孩',
      'reader.phone': '13900000006',
      'guardian.name': '监护人',
      'guardian.phone': '13900000007',
      'guardian.document.number': citizen(7, '1988-01-02'),
      barcode: 'FS90000003',
    });
    await page.locator('[name="guardian.consent"]').check();
    await page.locator('input[name=kind][value=one_card]').check();
    await submit(page);
    assert.equal(await done(page), 'FS90000003');

    await page.goto('/desk');
    await page.locator('[data-scan]').fill('wjb');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/desk\/(find|readers)/);
  });
}

yueka.test('5.1.3 a wrong password is refused without saying what was wrong', { expect: [/40[13]/, /422/] }, async ({ page, demo }) => {
  await page.goto('/sign-in');
  await page.locator('[name=username]').fill(demo.staff[1].username);
  await page.locator('[name=password]').fill('wrong-password-1');
  await page.keyboard.press('Enter');
  await page.locator('[role=alert]').first().waitFor();
  await axe(page);
});
