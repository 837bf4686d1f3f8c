// Tests of the tests: each check of the harness can fail.

import assert from 'node:assert/strict';
import { access, chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { startDemo } from './lib/demo.mjs';
import { axe, product, quiet, shot } from './lib/harness.mjs';

const page = (body, head = '') =>
  `<!doctype html><html lang="zh-Hans"><head><title>样张</title><link rel="icon" href="data:,">${head}</head><body><main>${body}</main></body></html>`;

const PAGES = {
  '/good': page('<h1>你好</h1><label for="q">查找</label><input id="q">'),
  '/no-label': page('<h1>你好</h1><input id="q">'),
  '/pale': page('<h1>你好</h1><p>看不清</p>', '<link rel="stylesheet" href="/pale.css">'),
  '/pale.css': 'p { color: #ccc; background: #fff }',
  '/inline': page('<h1>你好</h1><script>document.title = "x"</script>'),
  '/throws': page('<h1>你好</h1>', '<script src="/throws.js"></script>'),
  '/throws.js': 'console.error("said"); throw new Error("thrown");',
  '/abroad': page('<h1>你好</h1><img alt="" src="http://127.0.0.1:9/x.png">'),
  '/broken': page('<h1>你好</h1><img alt="" src="/gone.png">'),
  '/sign-in': page('<h1>登录</h1><form method="post" action="/sign-in"><input name="username" aria-label="用户名"><input type="password" name="password" aria-label="密码"><button type="submit">登录</button></form>'),
  '/service-point': page('<h1>服务点</h1><form method="post" action="/service-point"><button type="submit">开始</button></form>'),
  '/desk': page('<h1>服务台</h1>'),
};

/** A site with everything that can be wrong with one. */
async function samples() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      response.writeHead(303, { location: pathname === '/sign-in' ? '/service-point' : '/desk' });
      return response.end();
    }
    const status = { '/fails': 500, '/refused': 422 }[pathname] ?? (pathname in PAGES ? 200 : 404);
    const type = /\.css$/.test(pathname) ? 'text/css' : /\.js$/.test(pathname) ? 'text/javascript' : 'text/html';
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': "default-src 'self'; img-src 'self' data: http://127.0.0.1:9",
    });
    response.end(PAGES[pathname] ?? page(`<h1>${status}</h1>`));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    info: { staff: [{ username: 'chen', password: 'secret', role: 'clerk' }] },
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

const site = product(samples);

/** Visits a page as a test would; gives what the harness noted. */
async function noted(path, options) {
  const { page, context, problems } = await site.visit(options);
  await page.goto(path, { waitUntil: 'networkidle' });
  await context.close();
  return problems();
}

site.test('a good page passes, with a policy and all', async ({ page }) => {
  await page.goto('/good');
  await axe(page);
  const path = await shot(page, 'self 样张');
  assert.match(path, /self-样张\.png$/);
  assert.ok((await stat(path)).size > 1_000);
});

site.test('a field without a label fails', async ({ page }) => {
  await page.goto('/no-label');
  await assert.rejects(axe(page), /label \(critical\)[\s\S]*#q/);
  await axe(page, { except: ['label'] });
});

site.test('pale letters fail', async ({ page }) => {
  await page.goto('/pale');
  await assert.rejects(axe(page), /color-contrast/);
});

test('what goes wrong on a page is noted', async () => {
  for (const [path, ...expected] of [
    ['/good'],
    ['/refused'],
    ['/missing'],
    ['/fails', /^500 GET/],
    ['/throws', /^console: said/, /^script error: thrown/],
    ['/inline', /Content Security Policy/],
    ['/abroad', /^another host/],
    ['/broken', /^404 GET .*gone\.png/],
  ]) {
    const problems = await noted(path);
    assert.equal(problems.length, expected.length, `${path}: ${problems}`);
    for (const pattern of expected) assert.ok(problems.some((problem) => pattern.test(problem)), `${path}: ${problems}`);
  }
  assert.deepEqual(await noted('/fails', { expect: [/^500 GET/] }), []);
  assert.throws(() => quiet(['500 GET /']), /not quiet[\s\S]*500 GET/);
  quiet([]);
});

site.test('somebody signs in and stands at a desk', async ({ page }) => {
  const account = await site.signIn(page, 'clerk');
  assert.equal(account.username, 'chen');
  assert.equal(new URL(page.url()).pathname, '/desk');
  await assert.rejects(site.signIn(page, 'pilot'), /nobody with the role pilot/);
});

site.test('pages work without scripts, and are still checked', { context: { javaScriptEnabled: false } }, async ({ page }) => {
  await page.goto('/throws');
  assert.equal(await page.title(), '样张');
});

/** A program that behaves like the demo for as long as it is told to. */
async function pretend(source) {
  const folder = await mkdtemp(join(tmpdir(), 'yueka-self-'));
  const binary = join(folder, 'yueka');
  await writeFile(binary, `#!${process.execPath}\n${source}`);
  await chmod(binary, 0o755);
  return { binary, remove: () => rm(folder, { recursive: true }) };
}

test('a demo is started, asked and stopped without a trace', async () => {
  const program = await pretend(`
    const { writeFileSync } = require('node:fs');
    const [, , name, ...args] = process.argv;
    const data = args[args.indexOf('--data') + 1];
    if (name !== 'demo' || !args.includes('--fresh') || args[args.indexOf('--readers') + 1] !== '7') process.exit(9);
    let answers = 503;
    const server = require('node:http').createServer((request, response) => {
      response.statusCode = request.url === '/healthz' ? answers : 404;
      answers = 200;
      response.end();
    });
    server.listen(0, '127.0.0.1', () => {
      writeFileSync(data + '/demo.json', JSON.stringify({ http: '127.0.0.1:' + server.address().port, staff: [] }));
    });
    process.on('SIGTERM', () => process.exit(0));
  `);
  const demo = await startDemo({ binary: program.binary, readers: 7 });
  assert.match(demo.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(demo.info.staff, []);
  await demo.stop();
  await assert.rejects(access(demo.data));
  await assert.rejects(fetch(demo.url));
  await program.remove();
});

test('a demo that does not start says why', async () => {
  const broken = await pretend('console.error("no such table: card"); process.exit(3);');
  await assert.rejects(startDemo({ binary: broken.binary }), /exit 3[\s\S]*no such table: card/);
  await broken.remove();
  const silent = await pretend('setInterval(() => {}, 1000);');
  await assert.rejects(startDemo({ binary: silent.binary, patience: 500 }), /waited 0.5 s/);
  await silent.remove();
  await assert.rejects(startDemo({ binary: '' }), /YUEKA_BIN/);
});
