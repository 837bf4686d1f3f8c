// Group issuing (6.1.3): a unit's list is checked, confirmed, issued and handed over, in a real browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { axe, product, shot } from './lib/harness.mjs';
import { citizen, yearsAgo } from './lib/people.mjs';

const yueka = product();
const samples = join(dirname(fileURLToPath(import.meta.url)), '../../crates/sheets/tests/samples');

/** What somebody of this serial is called: 64 people share no name. */
const called = (serial) => `${'赵钱孙李周吴郑王'[serial % 8]}集${'甲乙丙丁戊己庚辛'[Math.floor(serial / 8) % 8]}`;

/** A list of grown-ups as text: people of these serials, and lines as they are. */
function list(serials, more = []) {
  const person = (serial) => [called(serial), '身份证', citizen(serial, yearsAgo(40)), `1390001${String(serial).padStart(4, '0')}`, serial % 2 ? '研发部' : '行政部'];
  const rows = [['某某公司员工名单'], ['姓名', '证件类型', '证件号码', '联系电话', '部门'], ...serials.map(person), ...more];
  return { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(`\u{feff}${rows.map((row) => row.join(',')).join('\r\n')}\r\n`) };
}

async function unit(page, name) {
  await page.goto('/desk/groups/units/new');
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=unit_kind]').selectOption('company');
  await page.locator('[name="contacts.name"]').first().fill('郑老师');
  await page.locator('[name="contacts.phone"]').first().fill('13900010000');
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/desk\/groups\/units\/[0-9a-f-]{36}/);
  return page.url().split('/').at(-1).split('?')[0];
}

async function upload(page, name, file) {
  await page.goto('/desk/groups/new');
  await page.locator('[name=unit]').selectOption({ label: name });
  await page.locator('[name=list]').setInputFiles(file);
  await page.locator('main form [type=submit]').click();
}

const toBatch = (page) => page.waitForURL(/\/desk\/groups\/batches\/[0-9a-f-]{36}/);

yueka.test('a list is checked, confirmed, issued and handed over', { timeout: 120_000 }, async ({ page }) => {
  await yueka.signIn(page, 'group_clerk');
  await page.goto('/desk/groups');
  await axe(page);
  await shot(page, 'groups none');
  await page.goto('/desk/groups/units/new');
  await axe(page);
  await page.locator('main form [type=submit]').click();
  await page.locator('.error-summary').waitFor();
  await axe(page);
  await unit(page, '某某公司一');
  await axe(page);
  await shot(page, 'groups unit');

  await page.goto('/desk/groups/new');
  await axe(page);
  await shot(page, 'groups new');
  const serials = [...Array(12).keys()].map((at) => 700 + at);
  const wrong = ['错号', '身份证', citizen(720, yearsAgo(30)).replace(/.$/, (last) => (last === '1' ? '2' : '1')), '13900010720', '研发部'];
  const again = ['赵集体甲', '身份证', citizen(704, yearsAgo(40)), '13900010704', '行政部'];
  const rounded = ['丢位', '身份证', '4.40106E+17', '13900010721', '研发部'];
  const namesake = [called(700), '身份证', citizen(730, yearsAgo(40)), '13900010730', '研发部'];
  await upload(page, '某某公司一', list(serials, [wrong, again, rounded, namesake, ['合计', '', '', '', '']]));
  await toBatch(page);
  await axe(page);
  await shot(page, 'groups checked');
  const text = await page.locator('main').innerText();
  assert.match(text, /C15 证件号码：校验码不对/);
  assert.match(text, /C17 证件号码：这个号码被 Excel 当成了数字/);
  assert.match(text, /与第 7 行相同/);
  assert.equal(await page.locator('.group-go').innerText(), '12');

  // Filters, and a row that is left out and taken back.
  await page.locator('.group-filters a', { hasText: '要更正' }).click();
  assert.equal(await page.locator('.group-table tbody tr').count(), 2);
  await page.locator('.group-filters a').first().click();
  await page.locator('[name=row]').first().check();
  await page.locator('[value=left_out]').click();
  await page.waitForURL(/done=rows/);
  assert.equal(await page.locator('.group-go').innerText(), '11');
  await page.locator('[name=row]').first().check();
  await page.locator('button[value=none]').click();
  await page.waitForURL(/done=rows/);
  assert.equal(await page.locator('.group-go').innerText(), '12');

  // Somebody of the same name and birth date is looked at, and is somebody else.
  await page.locator('.group-filters a', { hasText: '疑似重复' }).click();
  await axe(page);
  await page.locator('[name=row]').check();
  await page.locator('[value=not_same]').click();
  await page.waitForURL(/done=rows/);
  await shot(page, 'groups possible');
  assert.equal(await page.locator('.group-go').innerText(), '13');

  await page.locator('form[action$="/confirmed"] [type=submit]').click();
  await page.locator('#hand-over').waitFor({ timeout: 60_000 });
  await axe(page);
  await shot(page, 'groups issued');
  assert.match(await page.locator('main').innerText(), /办出 13 张/);
  assert.match(await page.locator('.group-table').innerText(), /已办/);

  const batch = page.url().split('?')[0];
  const report = await page.request.get(`${batch}/report.xlsx?for=unit`);
  assert.equal(report.status(), 200);
  assert.equal((await report.body()).subarray(0, 2).toString(), 'PK');
  await page.goto(`${batch}/report`);
  await axe(page);
  await shot(page, 'groups report');
  assert.equal(await page.locator('.group-left tbody tr').count(), 3);
  await page.goto(`${batch}/slips`);
  await axe(page);
  await page.locator('a[href$="?all"]').click();
  await axe(page);
  await shot(page, 'groups slips');
  assert.equal(await page.locator('.label').count(), 13);

  await page.goto(batch);
  await page.locator('[name=receiver]').fill('郑老师');
  await page.locator('form[action$="/handed-over"] [type=submit]').click();
  await page.waitForURL(/done=handed_over/);
  assert.match(await page.locator('main').innerText(), /领取人：郑老师/);

  // The same people again: they hold cards now.
  await upload(page, '某某公司一', list(serials.slice(0, 3)));
  await toBatch(page);
  assert.equal(await page.locator('.group-filters a', { hasText: '已有证' }).locator('.number').innerText(), '3');
  assert.match(await page.locator('main').innerText(), /原办证馆：/);
  await page.locator('details', { hasText: '撤回' }).locator('summary').click();
  await page.locator('[name=why]').fill('重复提交');
  await page.locator('form[action$="/withdrawn"] [type=submit]').click();
  await page.locator('.group-steps [data-kind=refused]').waitFor();
});

yueka.test('columns that nobody knows are asked for once', async ({ page }) => {
  await yueka.signIn(page, 'group_clerk');
  await unit(page, '某某公司二');
  const file = join(samples, '27-unknown-headings.xlsx');
  await upload(page, '某某公司二', file);
  await page.waitForSelector('[name="column.1"]');
  await axe(page);
  await shot(page, 'groups columns');
  await page.locator('[name="column.4"]').selectOption('phone');
  await page.locator('main form [type=submit]').click();
  await toBatch(page);
  assert.match(await page.locator('main').innerText(), /座机 → 联系电话/);
  assert.equal(await page.locator('.group-table tbody tr').count(), 4);
  // The next list of the unit needs nobody.
  await upload(page, '某某公司二', file);
  await toBatch(page);
  assert.equal(await page.locator('.group-table tbody tr').count(), 4);
});

yueka.test('a workbook with a sheet for each class is read whole', async ({ page }) => {
  await yueka.signIn(page, 'group_clerk');
  await unit(page, '某某小学');
  await upload(page, '某某小学', join(samples, '09-all-sheets.xlsx'));
  await page.waitForSelector('[name=sheet]');
  await axe(page);
  assert.equal(await page.locator('[name=sheet]').count(), 3);
  await page.locator('main form [type=submit]').click();
  await toBatch(page);
  assert.equal(await page.locator('.group-table tbody tr').count(), 6);
  assert.match(await page.locator('.group-table').innerText(), /三\(2\)班/);
});

yueka.test('what is no list is said to be what it is', async ({ page }) => {
  await yueka.signIn(page, 'group_clerk');
  await unit(page, '某某公司三');
  for (const [file, words] of [['34-web-page.xls', /这是网页/], ['41-not-a-list.csv', /PDF 文件/], ['35-empty.xlsx', /没有找到人员/]]) {
    await upload(page, '某某公司三', join(samples, file));
    await page.locator('.error-summary').waitFor();
    assert.match(await page.locator('.error-summary').innerText(), words);
  }
  await axe(page);
});

yueka.test('a unit sends its list by itself', { timeout: 90_000 }, async ({ page, context }) => {
  await yueka.signIn(page, 'group_clerk');
  const id = await unit(page, '某某幼儿园');
  await page.locator('form[action$="/links"] [type=submit]').click();
  const address = await page.locator('[data-new-link]').innerText();
  await axe(page);
  await shot(page, 'groups link');
  const theirs = await context.browser().newContext({ baseURL: yueka.url, locale: 'zh-CN', viewport: { width: 390, height: 844 } });
  const phone = await theirs.newPage();
  await phone.goto(new URL(address).pathname);
  await axe(phone);
  await shot(phone, 'unit form');
  const bad = ['错号', '身份证', citizen(760, yearsAgo(30)).replace(/.$/, (last) => (last === '1' ? '2' : '1')), '13900010760', ''];
  await phone.locator('[name=list]').setInputFiles(list([751, 752], [bad]));
  await phone.locator('form[enctype] [type=submit]').click();
  await phone.waitForURL(/\?sent/);
  await axe(phone);
  await shot(phone, 'unit form sent');
  assert.match(await phone.locator('main').innerText(), /共 3 人/);
  assert.match(await phone.locator('main').innerText(), /校验码不对/);
  // Corrected, typed by hand.
  await phone.locator('summary').click();
  await phone.locator('[name="name.0"]').fill('周集体 戊');
  await phone.locator('[name="document_number.0"]').fill(citizen(753, yearsAgo(40)));
  await phone.locator('[name="phone.0"]').fill('13900010753');
  await phone.locator('[data-typed] [type=submit]').first().click();
  await phone.waitForURL(/\?sent/);
  assert.match(await phone.locator('main').innerText(), /共 1 人/);
  const template = await phone.request.get(`${new URL(address).pathname}/template.xlsx`);
  assert.equal((await template.body()).subarray(0, 2).toString(), 'PK');
  await page.goto(`/desk/groups/units/${id}`);
  await page.locator('a', { hasText: '查看提交的名单' }).click();
  await toBatch(page);
  assert.match(await page.locator('main').innerText(), /单位网上提交/);
  // Once the link is closed it opens nothing.
  await page.goto(`/desk/groups/units/${id}`);
  await page.locator('form[action$="/closed"] [type=submit]').first().click();
  await page.waitForURL(/link-closed/);
  const gone = await phone.request.get(new URL(address).pathname);
  assert.equal(gone.status(), 404);
  await theirs.close();
});

yueka.test('group issuing works without scripts', { context: { javaScriptEnabled: false } }, async ({ page }) => {
  await yueka.signIn(page, 'group_clerk');
  await unit(page, '某某公司四');
  await upload(page, '某某公司四', { ...list([771]), buffer: await readFile(join(samples, '12-gbk.csv')) });
  await toBatch(page);
  assert.match(await page.locator('main').innerText(), /gb18030/i);
  await shot(page, 'groups minors');
});
