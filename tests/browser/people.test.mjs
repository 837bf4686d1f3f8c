// What is known of a reader (4.2, 6.2): changing it, beside a reader and in the office, in a real browser.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

/** The first reader that a name finds. */
async function open(page, name) {
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(name);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/(readers|find)/);
  if (page.url().includes('/find')) {
    await page.locator('tbody a').first().click();
    await page.waitForURL(/\/desk\/readers\//);
  }
  return new URL(page.url()).pathname;
}

/** Says that the person was compared, where the form asks, and sends it. */
async function save(page) {
  const compared = page.locator('[name="identity_check.compared"]');
  if (await compared.count() > 0) await compared.check();
  await page.locator('.stuck-actions [type=submit]').click();
}

yueka.test('c_4_2_1 a clerk changes a phone number at the reader’s page', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const reader = await open(page, 'chen');
  await shot(page, 'people reader');
  await axe(page);
  await page.goto(`${reader}/amend`);
  await axe(page);
  await page.locator('[name="reader.phone"]').fill('123');
  await save(page);
  await page.locator('.error-summary').waitFor();
  await axe(page);
  await shot(page, 'people amend wrong');
  await page.locator('[name="reader.phone"]').fill('13900009901');
  await save(page);
  await page.locator('.notice[data-kind=done]').waitFor();
  await axe(page);
  await shot(page, 'people amended');
});

yueka.test('c_6_2_1 a form that was open too long shows what another changed', { expect: [/^409 /] }, async ({ page, context }) => {
  await yueka.signIn(page, 'clerk');
  const reader = await open(page, 'huang');
  await page.goto(`${reader}/amend`);
  const other = await context.newPage();
  await other.goto(`${reader}/amend`);
  await other.locator('[name="reader.phone"]').fill('13900009903');
  await save(other);
  await other.locator('.notice[data-kind=done]').waitFor();
  await page.locator('[name="reader.phone"]').fill('13900009904');
  await save(page);
  await page.locator('.notice[data-kind=attention]').first().waitFor();
  await axe(page);
  await shot(page, 'people stale');
  assert.equal(await page.locator('[name="reader.phone"]').inputValue(), '13900009904', 'what was typed is kept');
  await save(page);
  await page.locator('.notice[data-kind=done]').waitFor();
});

yueka.test('c_4_2_1 documents, notes, photo and papers have pages for everybody', { timeout: 180_000 }, async ({ page, demo }) => {
  await yueka.signIn(page, demo.staff.some((one) => one.role === 'branch_manager') ? 'branch_manager' : 'federation_admin');
  const reader = await open(page, 'chen');
  for (const path of ['documents', 'notes', 'blocks', 'photo', 'papers', 'changes', 'export', 'verify', 'guardian']) {
    await page.goto(`${reader}/${path}`);
    await axe(page);
    await shot(page, `people ${path}`);
  }
});

yueka.test('c_4_2_1 a note and a block stand on top of the reader’s page, without scripts', { context: { javaScriptEnabled: false } }, async ({ page, demo }) => {
  await yueka.signIn(page, demo.staff.some((one) => one.role === 'branch_manager') ? 'branch_manager' : 'federation_admin');
  const reader = await open(page, 'chen');
  await page.goto(`${reader}/notes`);
  await page.locator('[name="note.text"]').fill('需要轮椅通道，请主动询问');
  await page.locator('[name="note.alert"]').check();
  await save(page);
  await page.locator('.notice[data-kind=attention]').first().waitFor();
  await page.goto(`${reader}/blocks`);
  await page.locator('[name="block.reason"]').selectOption('address');
  await save(page);
  await page.locator('.notice[data-kind=refused]').first().waitFor();
  await shot(page, 'people alerts');
});

yueka.test('c_4_2_1 a photo is taken with the camera, looked at, taken again and saved', { context: { permissions: ['camera'] } }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const reader = await open(page, 'huang');
  const answer = await page.goto(`${reader}/photo`);
  assert.match(answer.headers()['permissions-policy'], /camera=\(self\)/);
  assert.match((await page.request.get('/desk')).headers()['permissions-policy'], /camera=\(\)/, 'nowhere else');
  await page.keyboard.press('Alt+c');
  await page.locator('[data-photo-live]').waitFor();
  await page.waitForFunction(() => document.querySelector('video').videoWidth > 0);
  await axe(page);
  await shot(page, 'people camera');
  await page.locator('[data-photo-take]').click();
  await page.locator('[data-photo-preview]').waitFor();
  assert.equal(await page.locator('[data-photo-live]').isVisible(), false, 'the camera is off');
  await axe(page);
  await shot(page, 'people photo taken');
  await page.locator('[data-photo-again]').click();
  await page.waitForFunction(() => document.querySelector('video').videoWidth > 0);
  await page.keyboard.press('Alt+t');
  await page.locator('[data-photo-preview]').waitFor();
  await save(page);
  await page.locator('.notice[data-kind=done]').waitFor();
  await page.goto(`${reader}/photo`);
  const size = await page.locator('img.photo').evaluate((image) => [image.naturalWidth, image.naturalHeight]);
  assert.deepEqual(size, [480, 640]);
  await shot(page, 'people photo saved');
});

yueka.test('c_4_2_1 the photo on the document is taken from the ID reader, of the reader’s own document only', { expect: [/422/, /409 POST/] }, async ({ page, demo }) => {
  const put = (what) => fetch(`${demo.id_reader}/simulator/reader`, { method: 'POST', body: new URLSearchParams(what), redirect: 'manual' });
  await yueka.signIn(page, 'clerk');
  await put({ person: 'adult' });
  await page.goto('/desk/open');
  await page.locator('[data-read-document]').first().click();
  await page.locator('main a[href^="/desk/readers/"]').first().click();
  await page.waitForURL(/\/desk\/readers\//);
  await page.goto(`${new URL(page.url()).pathname}/photo`);
  await put({ fault: 'no_document' });
  const reading = page.waitForResponse(/v1\/photo/);
  await page.locator('[data-photo-reader]').click();
  await reading;
  await page.locator('[data-photo-status][data-kind=refused]').waitFor();
  assert.match(await page.locator('[data-photo-status]').innerText(), /没有证件/);
  await put({ person: 'child' });
  await page.locator('[data-photo-reader]').click();
  await page.locator('[data-photo-preview]').waitFor();
  await save(page);
  await page.locator('.error-summary').waitFor();
  assert.match(await page.locator('.error-summary').innerText(), /不是这位读者的/);
  await put({ person: 'adult', framed: 'on' });
  await page.locator('[data-photo-reader]').click();
  await page.locator('[data-photo-preview]').waitFor();
  await axe(page);
  await shot(page, 'people photo of a document');
  await save(page);
  await page.locator('.notice[data-kind=done]').waitFor();
});

yueka.test('c_4_2_3 a locked sign-in is seen at the reader’s page, and opened from there', { expect: [/40[13]/, /4(22|29)/] }, async ({ page, context, demo }) => {
  const reader = demo.readers.find((one) => one.state === 'active' && one.kind === 'document');
  const own = await context.newPage();
  for (let tries = 0; tries < 5; tries += 1) {
    await own.goto('/my/sign-in');
    await own.locator('[name=number]').fill(reader.number);
    await own.locator('[name=password]').fill('wrong-password-1');
    await own.locator('main form [type=submit]').click();
    await own.locator('[role=alert], .error-summary').first().waitFor();
  }
  await yueka.signIn(page, 'clerk');
  await page.goto('/desk');
  await page.locator('[data-scan]').fill(reader.number);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/readers\//);
  await page.locator('[data-locked]').waitFor();
  await axe(page);
  await shot(page, 'people locked');
  const back = page.url();
  await page.locator('[data-locked] a').click();
  await page.locator('[name="identity_check.compared"]').check();
  await page.locator('main form button[type=submit]').first().click();
  await page.locator('.notice[data-kind=done]').waitFor();
  await page.goto(back);
  assert.equal(await page.locator('[data-locked]').count(), 0);
});

yueka.test('c_6_1_3_2 a manager compares two records, merges and undoes', async ({ page }) => {
  // Their cards are of two libraries: who may cancel both stands above them.
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office');
  await axe(page);
  await shot(page, 'people requests');
  const [winner, loser] = [await open(page, 'liang'), await open(page, 'chen')].map((path) => path.split('/').at(-1));
  await page.goto('/office/merge');
  await page.locator('#q').fill('liang');
  await page.locator('main form [type=submit]').click();
  await page.locator('.candidate').first().waitFor();
  await axe(page);
  await shot(page, 'people merge find');
  await page.goto(`/office/merge/compare?winner=${winner}&loser=${loser}`);
  await axe(page);
  await shot(page, 'people merge compare');
  if (await page.locator('[name=card]').count() > 0) await page.locator('[name=card]').first().check();
  // Their documents say that they are two people: why they are one all the same is written down.
  await page.locator('[name=reason]').fill('演示：同一人，第二份证件登记有误');
  await save(page);
  await page.waitForURL(/\/office\/merges/);
  await axe(page);
  await shot(page, 'people merges');
  await page.goto(`/desk/readers/${loser}`);
  assert.ok(page.url().endsWith(winner), 'the old link leads to the one who stays');
  await page.goto('/office/merges');
  await page.locator('a[href$="/undo"]').first().click();
  await axe(page);
  await page.locator('form[action$="/undo"] button').click();
  await page.locator('.notice[data-kind=done]').waitFor();
});
