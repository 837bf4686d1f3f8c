// Digital resources (A.3.2 d): a reader comes from a platform, signs in with the card, allows what the platform may know, and goes back;
// the platform is a client of OpenID Connect that others wrote.

import assert from 'node:assert/strict';
import { after } from 'node:test';

import { startDemo } from './lib/demo.mjs';
import { axe, product, shot } from './lib/harness.mjs';
import { startPlatform } from './lib/platform.mjs';
import { look } from './lib/reader.mjs';

let site;
const platforms = [];
const yueka = product(async () => {
  site = await startDemo();
  platforms.push(await startPlatform(site, { name: 'shuzi', title: '佛山数字资源平台', tells: ['library', 'adult'] }));
  platforms.push(await startPlatform(site, { name: 'qikan', title: '期刊数据库' }));
  return site;
});
after(() => Promise.all(platforms.map((platform) => platform.stop())));

const phone = (more = {}) => ({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...more });
const who = (demo, sort) => demo.readers.find((reader) => reader.sort === sort);
const NEW = 'shu1shan1you3lu4';
// The platform is another host, and means to be one.
const elsewhere = { expect: [/^another host: http:\/\/127\.0\.0\.1:\d+\/(sign-on|callback|$)/] };

/** Signs in on the page that is open, and chooses a password where one is asked for. */
async function signIn(page, reader) {
  await page.locator('[name=number]').fill(reader.number);
  await page.locator('[name=password]').fill(reader.password);
  await page.locator('main form [type=submit]').first().click();
  await page.waitForLoadState();
  if (new URL(page.url()).pathname === '/my/password') {
    await page.locator('[name=current_password]').fill(reader.password);
    await page.locator('[name=new_password]').fill(NEW);
    await page.locator('[name=repeat_password]').fill(NEW);
    await page.locator('main form [type=submit]').click();
    reader.password = NEW;
  }
}

for (const [language, locale, sort] of [['简体', 'zh-CN', 'borrower'], ['繁體', 'zh-HK', 'owing'], ['English', 'en-GB', 'document_card_permanent_resident']]) {
  yueka.test(`A.3.2 d a reader is signed on to a platform from its own page, ${language}`, { context: phone({ locale }), ...elsewhere }, async ({ page, demo }) => {
    const [platform] = platforms;
    await page.goto(`${platform.url}/`);
    await page.locator('a').click();
    await page.waitForURL(/\/my\/sign-in/);
    await look(page, `resources sign-in ${locale}`);
    await signIn(page, who(demo, sort));
    // The default password is changed first; then the question of the platform comes.
    await page.waitForURL(/\/oidc\/authorize/);
    assert.match(await page.locator('h1').textContent(), /佛山数字资源平台/);
    assert.equal(await page.locator('.portal-points li').count(), 3);
    await look(page, `resources ask ${locale}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, `resources ask ${locale} dark`);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('[value=allow]').click();
    await page.locator('#who').waitFor();
    const name = await page.locator('#who').textContent();
    assert.ok(!platform.last.includes(who(demo, sort).number));
    assert.deepEqual(Object.keys(platform.info).sort(), ['adult', 'library', 'sub']);
    assert.equal(platform.info.adult, true);
    assert.match(platform.info.library, /^[A-Z]+$/);

    // Once allowed, nobody is asked again, and the name is the same.
    await page.goto(`${platform.url}/sign-on`);
    await page.locator('#who').waitFor();
    assert.equal(await page.locator('#who').textContent(), name);

    // The reader's own page says who knows them, and takes it back.
    await page.goto(`${site.url}/my`);
    await page.locator('a[href="/my/resources"]').click();
    await look(page, `resources mine ${locale}`);
    assert.equal(await page.locator('[name=withdraw]').count(), 1);
    await page.locator('[name=withdraw]').click();
    await page.waitForURL(/withdrawn/);
    assert.equal(await page.locator('[name=withdraw]').count(), 0);
    assert.deepEqual(await platform.works(), { info: false, active: false });
    await page.goto(`${platform.url}/sign-on`);
    await page.waitForURL(/\/oidc\/authorize/);
    await page.locator('[value=refuse]').click();
    await page.locator('#error').waitFor();
    assert.equal(await page.locator('#error').textContent(), 'access_denied');
  });
}

yueka.test('A.3.2 d without a script, and under another name at another platform', { context: phone({ javaScriptEnabled: false }), ...elsewhere }, async ({ page, demo }) => {
  const names = [];
  for (const [place, platform] of platforms.entries()) {
    await page.goto(`${platform.url}/sign-on`);
    if (place === 0) await signIn(page, who(demo, 'document_card_chosen_password'));
    await page.waitForURL(/\/oidc\/authorize/);
    await page.locator('[value=allow]').click();
    await page.locator('#who').waitFor();
    names.push(await page.locator('#who').textContent());
  }
  assert.notEqual(names[0], names[1]);
  assert.deepEqual(Object.keys(platforms[1].info), ['sub']);
});

yueka.test('A.3.2 d what a platform asks for without a page, and anew', { context: phone(), ...elsewhere }, async ({ page, demo }) => {
  const [, platform] = platforms;
  const error = async (query) => {
    await page.goto(`${platform.url}/sign-on?${query}`);
    await page.locator('#error').waitFor();
    return page.locator('#error').textContent();
  };
  assert.equal(await error('prompt=none'), 'login_required');
  assert.equal(await error('response_type=token'), 'unsupported_response_type');
  assert.equal(await error('scope=library'), 'invalid_scope');
  await page.goto(`${platform.url}/sign-on`);
  await page.waitForURL(/\/my\/sign-in/);
  const reader = who(demo, 'restored');
  await signIn(page, reader);
  await page.waitForURL(/\/oidc\/authorize/);
  assert.equal(await error('prompt=none'), 'consent_required');
  await page.goto(`${platform.url}/sign-on`);
  await page.locator('[value=allow]').click();
  await page.locator('#who').waitFor();
  await page.goto(`${platform.url}/sign-on?prompt=none`);
  await page.locator('#who').waitFor();
  const first = platform.visits.at(-1).auth_time;
  // Asked to, the reader signs in anew, though they are signed in.
  await page.goto(`${platform.url}/sign-on?prompt=login`);
  await page.waitForURL(/\/my\/sign-in/);
  await signIn(page, reader);
  await page.locator('#who').waitFor();
  assert.ok(platform.visits.at(-1).auth_time >= first);
  // Nobody is sent to an address that is not registered.
  await page.goto(`/oidc/authorize?client_id=qikan&response_type=code&scope=openid&redirect_uri=${encodeURIComponent('https://evil.example.org/')}`);
  await look(page, 'resources unknown');
  assert.match(await page.locator('.notice').textContent(), /不认识/);
});

yueka.test('A.4.1 a loss reported at the portal ends the use of digital resources', { context: phone(), ...elsewhere }, async ({ page, demo }) => {
  const [platform] = platforms;
  await page.goto(`${platform.url}/sign-on`);
  await signIn(page, who(demo, 'one_card_taiwan_permit'));
  await page.waitForURL(/\/oidc\/authorize/);
  await page.locator('[value=allow]').click();
  await page.locator('#who').waitFor();
  assert.deepEqual(await platform.works(), { info: true, active: true });
  await page.goto(`${site.url}/my/loss`);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/my\/loss\/done/);
  assert.deepEqual(await platform.works(), { info: false, active: false });
  await page.goto(`${platform.url}/sign-on`);
  await page.waitForURL(/\/my\/sign-in/);
});

yueka.test('A.3.2 d from the reader’s own page to the platform of the demo, until the card is lost', { context: phone(), ...elsewhere }, async ({ page, demo }) => {
  const reader = who(demo, 'document_card_hmt_residence_permit');
  await page.goto('/my/sign-in');
  await signIn(page, reader);
  await page.waitForURL(/\/my(\?|$)/);
  await page.goto('/my/resources');
  await page.locator(`a[href="${demo.resources}/"]`).click();
  await page.locator('a[href="/sign-on"]').click();
  await page.locator('[value=allow]').click();
  await page.waitForURL(`${demo.resources}/`);
  assert.equal(await page.locator('dd').count(), 3);
  await shot(page, 'resources simulator');
  await page.goto(`${site.url}/my/loss`);
  await page.locator('main form [type=submit]').click();
  await page.waitForURL(/\/my\/loss\/done/);
  await page.goto(`${demo.resources}/`);
  assert.match(await page.locator('main').textContent(), /借阅证已不能使用/);
});

yueka.test('A.3.2 d the office sees how often digital resources were used', async ({ page }) => {
  await yueka.signIn(page, 'federation_admin');
  await page.goto('/office/resources');
  await axe(page);
  await shot(page, 'resources office');
  assert.match(await page.locator('main').textContent(), /佛山数字资源平台/);
});
