// A reader at their own pages.

import assert from 'node:assert/strict';

import { axe, shot } from './harness.mjs';

/** What a reader of the demo chooses where the default password is still in use. */
export const NEW = 'shu1shan1you3lu4';

/** Signs in on the page that asks for it, and chooses a password where the default is still in use. */
export async function enter(page, reader) {
  await page.locator('[name=number]').fill(reader.number);
  await page.locator('[name=password]').fill(reader.password);
  await page.locator('main form [type=submit]').first().click();
  await page.waitForLoadState();
  if (new URL(page.url()).pathname === '/my/password') {
    await page.locator('[name=current_password]').fill(reader.password);
    await page.locator('[name=new_password]').fill(NEW);
    await page.locator('[name=repeat_password]').fill(NEW);
    await page.locator('main form [type=submit]').click();
    await page.waitForLoadState();
  }
}

/** The page shuts nobody out, and nothing sticks out at the side. */
export async function look(page, name) {
  await axe(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  await shot(page, name);
}
