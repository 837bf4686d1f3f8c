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

const save = (page) => page.locator('.stuck-actions [type=submit]').click();

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
  await other.locator('.stuck-actions [type=submit]').click();
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

yueka.test('c_6_1_3_2 a manager compares two records, merges and undoes', async ({ page, demo }) => {
  await yueka.signIn(page, demo.staff.some((one) => one.role === 'branch_manager') ? 'branch_manager' : 'federation_admin');
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
  await save(page);
  await page.waitForURL(/\/office\/merges/);
  await axe(page);
  await shot(page, 'people merges');
  await page.goto(`/desk/readers/${loser}`);
  assert.ok(page.url().endsWith(winner), 'the old link leads to the one who stays');
  await page.goto('/office/merges');
  await page.locator('form[action$="/undo"] button').first().click();
  await page.locator('.notice[data-kind=done]').waitFor();
});
