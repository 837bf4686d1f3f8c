// What browser tests are written with:
//
//   import { product } from './lib/harness.mjs';
//   const yueka = product();                       // one demo and one Chromium for this file
//   yueka.test('a clerk opens a card', async ({ page, demo }) => {
//     await yueka.signIn(page, 'clerk');
//     await axe(page);
//     await shot(page, 'desk');
//   });
//
// A test that passes has also been quiet: see watch.mjs.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { startDemo } from './demo.mjs';
import { watch } from './watch.mjs';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const pictures = process.env.YUEKA_SCREENSHOTS ?? join(root, 'target/screenshots');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A camera that shows a test picture, for the page that takes photos.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** A Chromium without a window. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.YUEKA_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
}

/**
 * A site and a browser for the tests of one file.
 * @param {() => Promise<{url: string, info?: object, log?: () => string, stop: () => Promise<void>}>} start
 */
export function product(start = startDemo) {
  let site;
  let browser;
  before(async () => {
    [site, browser] = await Promise.all([start(), startBrowser()]);
  }, { timeout: 120_000 });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  /**
   * A fresh visitor. What goes wrong on its pages is in `problems`.
   * @param {{expect?: RegExp[], context?: import('playwright-core').BrowserContextOptions}} [options]
   */
  const visit = async ({ expect = [], context: wishes = {} } = {}) => {
    const context = await browser.newContext({
      baseURL: site.url,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      viewport: { width: 1366, height: 768 },
      reducedMotion: 'reduce',
      ...wishes,
    });
    context.setDefaultTimeout(10_000);
    const problems = [];
    context.on('page', (page) => problems.push(watch(page, new URL(site.url).origin, expect)));
    const page = await context.newPage();
    return { page, context, problems: () => problems.flat() };
  };

  return {
    /** The address of the site. */
    get url() { return site.url; },
    /** What demo.json says. */
    get demo() { return site.info; },
    visit,
    signIn: (page, role) => signIn(page, site.info, role),

    /**
     * A test with a page of its own.
     * @param {string} title
     * @param {object} options as for `visit`: `expect` lists what is provoked, `context` what the visitor is like
     *   (`javaScriptEnabled: false`, `locale`, `colorScheme`, `viewport` …); and `timeout`
     * @param {(given: {page: import('playwright-core').Page, context: object, demo: object, url: string}) => Promise<void>} use
     */
    test(title, options, use) {
      const [wishes, body] = typeof options === 'function' ? [{}, options] : [options, use];
      return test(title, { timeout: wishes.timeout ?? 60_000 }, async () => {
        const { page, context, problems } = await visit(wishes);
        try {
          await body({ page, context, demo: site.info, url: site.url });
          quiet(problems());
        } catch (error) {
          const saved = await shot(page, `failed-${title}`).catch(() => 'no picture');
          error.message += `\n(${saved}; the page was ${page.url()})`;
          const log = site.log?.();
          if (problems().length > 0 && log) error.message += `\n${log.slice(-3_000)}`;
          throw error;
        } finally {
          await context.close();
        }
      });
    },
  };
}

/** Fails when something went wrong on a page. */
export function quiet(problems) {
  if (problems.length > 0) assert.fail(`the page was not quiet:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}

/** Signs in as the first account of demo.json that has this role, and chooses the service point that is offered. */
export async function signIn(page, demo, role) {
  const account = demo.staff.find((someone) => someone.role === role);
  assert.ok(account, `demo.json has nobody with the role ${role}, but ${demo.staff.map((someone) => someone.role)}`);
  await page.goto('/sign-in');
  await page.locator('[name=username]').fill(account.username);
  await page.locator('[name=password]').fill(account.password);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  if (new URL(page.url()).pathname === '/service-point') {
    await page.locator('main form [type=submit]').click();
    await page.waitForURL((url) => url.pathname !== '/service-point');
  }
  return account;
}

/**
 * Fails when the page shuts somebody out: WCAG 2.2, levels A and AA.
 * @param {import('playwright-core').Page} page
 * @param {{except?: string[]}} [options] rules that do not count here; say why beside the call
 */
export async function axe(page, { except = [] } = {}) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (disabled) => {
    const result = await globalThis.axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
      rules: Object.fromEntries(disabled.map((rule) => [rule, { enabled: false }])),
      resultTypes: ['violations'],
    });
    return result.violations.map(({ id, impact, help, nodes }) => ({
      id, impact, help, nodes: nodes.map(({ target, failureSummary }) => ({ target: target.join(' '), failureSummary })),
    }));
  }, except);
  if (violations.length === 0) return;
  const told = violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map(({ target, failureSummary }) => `    ${target}\n      ${failureSummary.replaceAll('\n', '\n      ')}`);
    return `  ${id} (${impact}): ${help}\n${places.join('\n')}`;
  });
  assert.fail(`${page.url()} shuts people out:\n${told.join('\n')}`);
}

/** Keeps a picture of the whole page; returns where. */
export async function shot(page, name, options = {}) {
  await mkdir(pictures, { recursive: true });
  const path = join(pictures, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled', ...options });
  return path;
}
