// A mobile card point (6.5): a laptop is prepared at a house, opens a card without network, hands it in; the office settles what is held back.
// And visits to units (4.4.2).

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';

import { axe, product, shot } from './lib/harness.mjs';
import { citizen } from './lib/people.mjs';
import { yueka as run } from './lib/platform.mjs';
import { startDemo } from './lib/demo.mjs';

const PASSPHRASE = 'four words of mine';
const exec = promisify(execFile);
const site = {};
const yueka = product(async () => Object.assign(site, await startDemo()));
let folder;

const point = (...args) => exec(process.env.YUEKA_BIN, ['point', ...args, '--passphrase-file', join(folder, 'passphrase')], { cwd: folder });

/** Serves the desk of the laptop; gives its address and how to stop it. */
async function serve() {
  const child = spawn(process.env.YUEKA_BIN, ['point', 'serve', 'laptop', '--listen', '127.0.0.1:0', '--passphrase-file', 'passphrase'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  return { url, stop: async () => { child.kill('SIGTERM'); await ended; } };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yueka-point-'));
  await writeFile(join(folder, 'passphrase'), PASSPHRASE);
});

after(() => rm(folder, { recursive: true, force: true }));

/** The service point of the kind mobile point, and a laptop prepared for it. */
async function prepared(demo) {
  if (site.prepared) return;
  site.prepared = true;
  const clerk = demo.staff.find((someone) => someone.role === 'clerk');
  const { stdout } = await run(site.data, 'token', 'add', '--library', 'FS', '--service-point', 'P1', '--name', 'points', '--right', 'manage_points');
  await writeFile(join(folder, 'token'), stdout.trim());
  await point('prepare', '--server', site.url, '--token-file', 'token', '--out', 'laptop', '--name', '第一中学 开学办证', '--service-point', 'P1', '--staff', clerk.username, '--numbers', '60');
}

async function look(page, name) {
  await axe(page);
  await shot(page, `points ${name}`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await axe(page);
  await shot(page, `points ${name} dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Opens a card at a desk, up to the page that says that it is open. */
async function open(page, url, person) {
  await page.goto(`${url}/desk/open`);
  await page.locator('[name="document.number"]').fill(person.number);
  await page.locator('[name="document.type"]').selectOption('resident_id');
  await page.locator('form[data-open-form] [type=submit]').click();
  await page.waitForURL(/\/desk\/open\/(form|document)/);
  await page.locator('[name="reader.name"]').fill(person.name);
  await page.locator('[name="reader.phone"]').fill(person.phone);
  await page.locator('form[data-open-form] [type=submit][data-kind=primary]').click();
  await page.waitForURL(/\/done$/);
}

async function signIn(page, url, demo) {
  const clerk = demo.staff.find((someone) => someone.role === 'clerk');
  await page.goto(`${url}/sign-in`);
  await page.locator('[name=username]').fill(clerk.username);
  await page.locator('[name=password]').fill(clerk.password);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((where) => where.pathname !== '/sign-in');
  if (new URL(page.url()).pathname === '/service-point') {
    await page.locator('main form [type=submit]').click();
    await page.waitForURL((where) => where.pathname !== '/service-point');
  }
}

const people = [
  { name: '林一鸣', number: citizen(8101, '1992-03-04'), phone: '13900008101' },
  { name: '何二宝', number: citizen(8102, '1988-07-01'), phone: '13900008102' },
];

yueka.test('6.5 a card is opened without network, handed in, and works', { timeout: 180_000, expect: [/another host/, /another origin/] }, async ({ page, demo }) => {
  await prepared(demo);
  const laptop = await serve();
  try {
    await signIn(page, laptop.url, demo);
    await look(page, 'desk');
    await open(page, laptop.url, people[0]);
    await look(page, 'done');
    const slip = await page.locator('a[href$="/slip"]').first().getAttribute('href');
    await page.goto(laptop.url + slip);
    await shot(page, 'points slip');
    await open(page, laptop.url, people[1]);
    await page.goto(`${laptop.url}/point`);
    await look(page, 'openings');
    assert.equal(await page.locator('tbody tr').count(), 2);
    await page.locator('#scan').fill(people[0].name);
    await page.locator('#scan').press('Enter');
    await page.waitForURL(/\/desk\/readers\//);
    await look(page, 'reader');
    assert.equal(await page.locator('a[href="/office"]').count(), 0);
  } finally {
    await laptop.stop();
  }
  // The second one goes to a desk meanwhile.
  await signIn(page, site.url, demo);
  await open(page, site.url, people[1]);
  const { stdout } = await point('sync', 'laptop');
  assert.match(stdout, /1 accepted[\s\S]*1 in conflict/);
  await page.goto(`${site.url}/desk`);
  await page.locator('#scan').fill(people[0].number);
  await page.locator('#scan').press('Enter');
  await page.waitForURL(/\/desk\/readers\//);
  await shot(page, 'points reader at the centre');
  const again = await serve();
  try {
    await signIn(page, again.url, demo);
    await page.goto(`${again.url}/point`);
    await look(page, 'answers');
  } finally {
    await again.stop();
  }
});

yueka.test('6.5 the office settles what is held back, and revokes a laptop', async ({ page, demo }) => {
  await prepared(demo);
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/points');
  await look(page, 'office');
  await page.locator('a[href^="/office/points/openings/"]').first().click();
  await look(page, 'office conflict');
  await page.locator('main form [type=submit]').click();
  await page.locator('.error-summary').waitFor();
  await look(page, 'office conflict nothing chosen');
  await page.locator('input[value=stands]').check();
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/openings/);
  await look(page, 'office settled');
  await page.goto('/office/points');
  await page.locator('td a[href^="/office/points/"]').first().click();
  await look(page, 'office point');
  await page.locator('a[href$="?revoke"]').click();
  await look(page, 'office revoke');
  await page.locator('button[value=revoke]').click();
  await page.locator('.notice[data-kind=done]').waitFor();
  await look(page, 'office revoked');
  await assert.rejects(point('sync', 'laptop'), /401|takes nothing/);
});

yueka.test('4.4.2 a visit is written down, and its sheet printed', async ({ page }) => {
  await yueka.signIn(page, 'clerk');
  await page.goto('/office/appointments');
  await look(page, 'visits none');
  await page.locator('a[href="/office/appointments/new"]').click();
  await page.locator('button[value=save]').click();
  await page.locator('.error-summary').waitFor();
  await look(page, 'visit lacks');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  for (const [name, value] of [['unit', '第一中学'], ['day', tomorrow], ['begins', '09:30'], ['place', '教学楼一楼大厅'], ['expected', '240'], ['contact', '梁老师'], ['phone', '13800001234'], ['staff', '陈敏、黄燕'], ['note', '从东门进']]) {
    await page.locator(`[name="appointment.${name}"]`).fill(value);
  }
  await look(page, 'visit');
  await page.locator('button[value=save]').click();
  await page.locator('.notice[data-kind=done]').waitFor();
  await look(page, 'visits');
  await page.locator('a[href^="/office/appointments/sheets/"]').first().click();
  await look(page, 'sheet');
  assert.ok(await page.getByText('13800001234').isVisible());
});
