// The stock of cards in the office (5.2.1, 5.2.2): what is there and needed, orders, transfers, stock-taking, designs and printing.

import assert from 'node:assert/strict';

import { axe, product, shot } from './lib/harness.mjs';

const yueka = product();

const main = (page) => page.locator('main');
const press = (page, name) => main(page).getByRole('button', { name }).click();

yueka.test('5.2.1 the stock of a library at a glance: what is there, what is needed, what runs low', async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/stock?library=FS');
  assert.equal(await page.locator('h1').textContent(), '借阅证库存');
  // 2000 received, 3 spoiled; 100 of them at the desk.
  assert.match(await page.locator('.stock-figures').textContent(), /可发的卡\s*1997/);
  assert.match(await main(page).textContent(), /FS50100001-FS50101000/);
  await axe(page);
  await shot(page, 'stock-overview', { fullPage: true });
});

yueka.test('5.2.1 cards are ordered, exported for the manufacturer, received in part, and the rest is cancelled', async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/stock/act/order?library=NH');
  await press(page, /^订购/);
  assert.match(await page.locator('.error-summary').textContent(), /制卡厂.*张数/s);
  await axe(page);
  await page.locator('[name="stock.manufacturer"]').fill('佛山制卡厂');
  await page.locator('[name="stock.first"]').fill('FS60000001');
  await page.locator('[name="stock.count"]').fill('20');
  await press(page, /^订购/);
  assert.match(await main(page).textContent(), /FS60000001-FS60000020/);
  await axe(page);
  await shot(page, 'stock-order', { fullPage: true });
  const order = new URL(page.url()).pathname;
  const csv = await (await page.request.get(`${order}/numbers.csv`)).text();
  assert.equal(csv.trim().split('\r\n').length, 21);
  assert.match(csv, /"20","FS60000020"/);
  const book = await page.request.get(`${order}/numbers.xlsx`);
  assert.equal((await book.body()).subarray(0, 2).toString(), 'PK');
  await page.locator('[name="stock.ranges"]').fill('FS60000001-FS60000015');
  await page.locator('[name="stock.spoiled"]').fill('FS60000003');
  await press(page, /^入库/);
  assert.match(await page.locator('.facts').first().textContent(), /已到\s*15/);
  await press(page, '取消订购');
  assert.match(await page.locator('.facts').first().textContent(), /已取消/);
  await page.goto('/office/stock/find?barcode=FS60000003');
  assert.match(await page.locator('.stock-where').textContent(), /损坏/);
  await axe(page);
  await shot(page, 'stock-find');
});

yueka.test('5.2.1 a transfer is taken in with what is missing', { expect: [/409 POST .*\/act\/send/] }, async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/stock/act/send?library=GM');
  await page.locator('[name="stock.to"]').selectOption('GM-HC');
  await page.locator('[name="stock.ranges"]').fill('FS50040290+20');
  await press(page, /^调拨/);
  assert.match(await page.locator('[role=alert]').first().textContent(), /有 9 张卡不在这里，第一张是 FS50040301/);
  await axe(page);
  await page.locator('[name="stock.ranges"]').fill('FS50040001+30');
  await press(page, /^调拨/);
  assert.match(await page.locator('.facts').textContent(), /在途/);
  await axe(page);
  await shot(page, 'stock-transfer', { fullPage: true });
  await page.locator('[name="stock.ranges"]').fill('FS50040001-FS50040028');
  await press(page, '按号段收到');
  assert.match(await page.locator('[data-kind=done]').textContent(), /已经调入/);
  assert.match(await page.locator('.stock-figures').textContent(), /可发的卡\s*28/);
  await page.goto('/office/stock/ledger?library=GM');
  assert.match(await page.locator('table').textContent(), /调拨短缺/);
  await axe(page);
  await shot(page, 'stock-ledger', { fullPage: true });
});

yueka.test('5.2.1 the stock is taken by scanning, without scripts, and differences are booked with a reason', { context: { javaScriptEnabled: false } }, async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/stock/counts?library=SS');
  await press(page, '开始盘点');
  await page.locator('[name="stock.ranges"]').fill('FS50050001-FS50050011\nFS69990001');
  await press(page, /^记下/);
  const differences = await page.locator('[aria-labelledby=differences]').textContent();
  assert.match(differences, /盘亏\s*FS50050012/);
  assert.match(differences, /账上没有，入账\s*FS69990001/);
  await shot(page, 'stock-count', { fullPage: true });
  await press(page, '入账');
  assert.match(await page.locator('.error-summary, .field-error').first().textContent(), /说明|必填|填/);
  await page.locator('[name="stock.reason"]').fill('少一张，另有一张未登记');
  await press(page, '入账');
  assert.match(await page.locator('.facts').textContent(), /盘亏\s*1\s*盘盈\s*1/);
});

yueka.test('5.2.2 a design is changed, its cards are read back, released and printed; one that can’t be read is not', { expect: [/409 POST .*\/runs\//], timeout: 120_000 }, async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/stock/designs?library=FSUL');
  await axe(page);
  await shot(page, 'stock-designs', { fullPage: true });
  await page.goto('/office/stock/designs/new?library=FSUL');
  await axe(page);
  await shot(page, 'stock-design', { fullPage: true });
  await page.locator('[name="stock.name"]').fill('太窄的条码');
  const front = await page.locator('[name="stock.front"]').inputValue();
  await page.locator('[name="stock.front"]').fill(front.replace('<script', '').replace('width="664"', 'width="90"'));
  await press(page, /^保存设计/);
  assert.match(await page.locator('[data-kind=done]').textContent(), /已保存/);

  const make = async (design, first) => {
    await page.goto('/office/stock/act/print?library=FS');
    await page.locator('[name="stock.design"]').selectOption({ label: design });
    await page.locator('[name="stock.first"]').fill(first);
    await page.locator('[name="stock.count"]').fill('9');
    await press(page, /^自制/);
    await page.waitForURL(/\/runs\//);
  };
  await make('太窄的条码', 'FS61000001');
  await press(page, '识读');
  assert.match(await main(page).textContent(), /有 9 张卡识读不出，不能放行/);
  await press(page, '放行入库');
  assert.match(await page.locator('[role=alert]').textContent(), /识读不出/);
  await axe(page);
  await shot(page, 'stock-run-failed', { fullPage: true });
  await press(page, '放弃');

  await make('佛山市联合图书馆一卡通', 'FS61000001');
  await press(page, '识读');
  assert.match(await main(page).textContent(), /9 张卡全部读对/);
  await axe(page);
  await press(page, '放行入库');
  assert.match(await page.locator('.facts').textContent(), /已放行/);
  await main(page).getByRole('link', { name: '打印' }).click();
  assert.equal(await page.locator('.stock-sheet').count(), 4, 'fronts and backs of eight and of one');
  await axe(page);
  await shot(page, 'stock-print', { fullPage: true });
  await page.goto('/office/stock/find?barcode=FS61000009');
  assert.match(await page.locator('.stock-where').textContent(), /库房/);
});

yueka.test('5.2.1 where cards run low a library is warned, and an order is proposed', async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  // As far ahead as can be, and nothing in the store, at the desk or on its way.
  for (const policy of ['stock-lead-days', 'stock-safety-days']) {
    await page.goto('/office/policies?library=FS');
    await page.locator(`#${policy} [name=value]`).fill('365');
    await page.locator(`#${policy} button[value=set]`).click();
  }
  await page.goto('/office/stock?library=FS');
  await page.locator('[aria-labelledby=orders] a').first().click();
  await press(page, '取消订购');
  await page.goto('/office/stock/act/write-off?library=FS');
  await page.locator('[name="stock.ranges"]').fill('FS50000001-FS50000149\nFS50000153-FS50002000');
  await page.locator('[name="stock.waste"][value=void]').check();
  await page.locator('[name="stock.reason"]').fill('换新卡面');
  await press(page, /^报废/);
  assert.match(await main(page).textContent(), /借阅证快不够了/);
  await axe(page);
  await shot(page, 'stock-low', { fullPage: true });
  await page.getByRole('link', { name: /^订购 \d+ 张$/ }).click();
  assert.match(await page.locator('[name="stock.count"]').inputValue(), /^\d+00$/, 'the proposal, by the hundred');
});

yueka.test('5.2.1 a clerk has no stock to manage', { expect: [/403 GET .*\/office\/stock/] }, async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  const response = await page.goto('/office/stock');
  assert.equal(response.status(), 403);
});
