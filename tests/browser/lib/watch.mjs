// What a page must not do while a test uses it.

/**
 * Notes what goes wrong on a page: script errors, console errors, refusals of the Content-Security-Policy, answers
 * of 500 and above, broken parts, and calls to other hosts.
 * @param {import('playwright-core').Page} page
 * @param {string} origin where all requests belong
 * @param {RegExp[]} [expected] what this test provokes
 * @returns {string[]} the list; it grows
 */
export function watch(page, origin, expected = []) {
  const problems = [];
  const note = (problem) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  page.on('pageerror', (error) => note(`script error: ${error.message}`));
  page.on('crash', () => note('the page has crashed'));
  page.on('console', (message) => {
    // Chromium reports each answer above 399 here as well; those are judged below, where the request is known.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('response', (response) => {
    const [status, document] = [response.status(), response.request().resourceType() === 'document'];
    // A refused form is a page with 4xx, and the test says what it expects of it; a broken part is never right.
    if (status >= 500 || (status >= 400 && !document)) note(`${status} ${response.request().method()} ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    // The program of the document reader listens on the desk's own computer: docs/id-reader-bridge.md.
    const bridge = url.hostname === '127.0.0.1' && url.pathname.startsWith('/v1/');
    if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== origin && !bridge) note(`another host: ${request.url()}`);
  });
  return problems;
}
