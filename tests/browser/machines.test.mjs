// The office's page of machine accounts (A.2.1 c), by keyboard.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

async function look(page, name) {
  await axe(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
  await shot(page, `machines ${name}`);
}

yueka.test('a_2_1_c an account of a machine is added, changed and closed by keyboard alone', { expect: [/422/] }, async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/requests');
  await page.locator('.office-nav a[href="/office/machines"]').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/office\/machines$/);
  await page.getByText('fs-open', { exact: true }).waitFor();
  await look(page, 'list');
  await page.locator('body').press('Alt+n');
  await page.waitForURL(/\/new$/);
  const at = await page.evaluate(() => document.activeElement?.getAttribute('name'));
  assert.equal(at, 'machine.login', 'typing begins at the login');
  // Wrong first: it is told at the field.
  await page.keyboard.type('a b');
  await page.keyboard.press('Alt+s');
  await page.locator('.error-summary').waitFor();
  await look(page, 'wrong');
  await page.locator('[name="machine.login"]').fill('fs-m9');
  await page.locator('[name="machine.name"]').fill('二楼自助机');
  await page.locator('[name="machine.dialect"]').selectOption('interlib');
  await page.locator('[name="machine.addresses"]').fill('10.3.0.0/16');
  await page.keyboard.press('Alt+s');
  await page.getByRole('heading', { name: 'fs-m9 的密码' }).waitFor();
  const password = await page.locator('dd.number').nth(1).innerText();
  assert.match(password, /^[a-z2-9-]{12,}$/);
  await look(page, 'password');
  await page.locator('body').press('Alt+s');
  await page.waitForURL(/\/office\/machines$/);
  assert.ok(!(await page.content()).includes(password), 'it is shown once');
  await page.getByRole('link', { name: 'fs-m9' }).click();
  await page.waitForURL(/\/office\/machines\/[0-9a-f-]{36}$/);
  await look(page, 'account');
  await page.locator('[name="machine.addresses"]').fill('10.4.0.0/16');
  await page.keyboard.press('Alt+s');
  await page.getByText('10.4.0.0/16').waitFor();
  await page.getByRole('link', { name: 'fs-m9' }).click();
  await page.getByRole('link', { name: '停用账号' }).click();
  await page.getByRole('alert').getByText('确定停用 fs-m9').waitFor();
  await look(page, 'closing');
  await page.getByRole('alert').getByRole('button').click();
  await page.getByRole('heading', { name: '已停用的账号' }).waitFor();
  await look(page, 'closed');
});

yueka.test('a_2_1_c machines are listed in every language and on a narrow page', {}, async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.setViewportSize({ width: 800, height: 900 });
  for (const [language, title] of [['zh-Hant', '自助機'], ['en', 'Machines'], ['zh-Hans', '自助机']]) {
    await page.goto('/office/machines');
    await page.evaluate((tag) => { document.cookie = `yueka_language=${tag}; path=/`; }, language);
    await page.goto('/office/machines');
    const shown = await page.locator('h1').innerText();
    assert.equal(shown, title);
    await look(page, language);
    await page.goto('/office/machines/new');
    await look(page, `new ${language}`);
  }
});
