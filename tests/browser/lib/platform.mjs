// A platform of digital resources, as others would build one: an OpenID Connect client by `openid-client`, on a free port.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';

import * as oidc from 'openid-client';

const run = promisify(execFile);

/** Runs the program on the data of a demo. */
export async function yueka(data, ...args) {
  await writeFile(join(data, 'yueka.toml'), '[database]\nurl = "sqlite:yueka.db"\n\n[keys]\nfile = "keys.json"\n');
  return run(process.env.YUEKA_BIN, args, { cwd: data });
}

/**
 * Starts a platform and gives it an account.
 * @param {{url: string, data: string}} site the demo
 * @param {{name: string, title: string, tells?: string[]}} account
 */
export async function startPlatform(site, { name, title, tells = [] }) {
  const server = createServer((request, response) => {
    answer(new URL(request.url, platform.url), request).then(
      ([status, headers, body]) => response.writeHead(status, headers).end(body),
      (error) => response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.code ?? ''} ${error.error ?? ''} ${error.message}`),
    );
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  // A test that fails before it stops this one still ends.
  server.unref();
  const platform = { url: `http://127.0.0.1:${server.address().port}`, visits: [], tokens: null };
  const back = `${platform.url}/callback`;
  const { stdout } = await yueka(
    site.data, 'platform', 'add', '--library', 'FSUL', '--title', title, '--home', `${platform.url}/`, '--return-to', back,
    ...tells.flatMap((fact) => ['--tells', fact]), name,
  );
  const config = await oidc.discovery(new URL(site.url), name, stdout.trim(), undefined, { execute: [oidc.allowInsecureRequests] });
  const waiting = new Map();
  const page = (body, status = 200) => [status, { 'content-type': 'text/html; charset=utf-8' }, `<!doctype html><html lang="zh"><head><title>${title}</title><link rel="icon" href="data:,"></head><body><main>${body}</main></body></html>`];

  async function answer(url) {
    switch (url.pathname) {
      case '/': return page('<h1>资源</h1><a href="/sign-on">登录</a>');
      case '/sign-on': {
        const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
        waiting.set(state, { verifier, nonce });
        const more = Object.fromEntries(url.searchParams);
        const to = oidc.buildAuthorizationUrl(config, {
          redirect_uri: back, scope: ['openid', ...tells].join(' '), state, nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
        });
        return [302, { location: to.href }, ''];
      }
      case '/callback': {
        const state = url.searchParams.get('state');
        const { verifier, nonce } = waiting.get(state) ?? {};
        waiting.delete(state);
        platform.last = url.href;
        if (url.searchParams.has('error')) return page(`<p id="error">${url.searchParams.get('error')}</p>`);
        const tokens = await oidc.authorizationCodeGrant(config, url, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
        const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
        Object.assign(platform, { tokens, info });
        platform.visits.push(tokens.claims());
        return page(`<p id="who">${tokens.claims().sub}</p>`);
      }
      default: return page('', 404);
    }
  }

  return Object.assign(platform, {
    config,
    /** Whether a token still works: by asking for the reader, and by introspection. */
    async works() {
      const info = await oidc.fetchUserInfo(config, platform.tokens.access_token, platform.info.sub).then(() => true, () => false);
      const { active } = await oidc.tokenIntrospection(config, platform.tokens.access_token);
      return { info, active };
    },
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  });
}
