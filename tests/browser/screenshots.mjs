// The pictures of the documentation: `cargo xtask screenshots`. One line for each.

import { shot, signIn, startBrowser } from './lib/harness.mjs';
import { startDemo } from './lib/demo.mjs';

/** Name, role (none: signed out), path. */
const PAGES = [
  ['sign-in', undefined, '/sign-in'],
];

const [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
try {
  for (const [name, role, path] of PAGES) {
    const context = await browser.newContext({
      baseURL: demo.url,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      viewport: { width: 1280, height: 900 },
      deviceScaleFactor: 2,
    });
    const page = await context.newPage();
    if (role) await signIn(page, demo.info, role);
    const answer = await page.goto(path);
    if (!answer.ok()) throw new Error(`${path} answers ${answer.status()}`);
    console.log(await shot(page, name, { fullPage: false }));
    await context.close();
  }
} finally {
  await browser.close();
  await demo.stop();
}
