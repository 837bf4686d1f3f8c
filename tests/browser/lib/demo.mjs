// The program under test: a demo of its own, on a free port, with data that is gone afterwards.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts `yueka demo` and waits until it answers.
 * @returns {Promise<{url: string, info: object, data: string, log: () => string, stop: () => Promise<void>}>}
 */
export async function startDemo({ binary = process.env.YUEKA_BIN, readers = 300, patience = 90_000, options = [] } = {}) {
  if (!binary) throw new Error('YUEKA_BIN names no program: run `cargo xtask test browser`');
  const data = await mkdtemp(join(tmpdir(), 'yueka-browser-'));
  const args = ['demo', '--http', '127.0.0.1:0', '--data', data, '--readers', String(readers), '--fresh', ...options];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text) => { log = (log + text).slice(-20_000); });
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${signal ?? code}`));
  });
  const killed = () => { child.kill('SIGKILL'); };
  process.once('exit', killed);

  const stop = async () => {
    child.kill('SIGTERM');
    const slow = setTimeout(killed, 5_000);
    await ended;
    clearTimeout(slow);
    process.off('exit', killed);
    await rm(data, { recursive: true, force: true });
  };

  let why;
  void ended.then((how) => { why = how; });
  const until = Date.now() + patience;
  while (Date.now() < until && why === undefined) {
    const info = await readFile(join(data, 'demo.json'), 'utf8').then(JSON.parse).catch(() => undefined);
    if (info?.http) {
      const url = info.http.includes('://') ? info.http.replace(/\/$/, '') : `http://${info.http}`;
      const healthy = await fetch(`${url}/healthz`).then((answer) => answer.ok).catch(() => false);
      if (healthy) return { url, info, data, log: () => log, stop };
    }
    await sleep(50);
  }
  const reason = why ?? `waited ${patience / 1000} s`;
  await stop();
  throw new Error(`yueka demo does not answer (${reason}):\n${log}`);
}
