// The anchor of what is served: nginx with the same bytes, as files.
import { spawn } from 'node:child_process';
import { writeFileSync, readFileSync, rmSync, mkdirSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort, top, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';

/** files: { 'page.html': bytes, ... }. Gives { port, pids(), stop() }. */
export async function nginx(files) {
  const dir = scratch('nginx');
  chmodSync(dir, 0o755);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, 'www', name)), { recursive: true });
    writeFileSync(join(dir, 'www', name), bytes);
  }
  const port = await freePort();
  writeFileSync(join(dir, 'nginx.conf'), `worker_processes 2; daemon off; pid ${dir}/pid; error_log ${dir}/error.log crit; ${process.getuid() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http { access_log off; open_file_cache max=100; open_file_cache_valid 60s; keepalive_requests 100000000; sendfile on; tcp_nopush on;
  client_body_temp_path ${dir}/a; proxy_temp_path ${dir}/b; fastcgi_temp_path ${dir}/c; uwsgi_temp_path ${dir}/d; scgi_temp_path ${dir}/e;
  types { text/html html; } server { listen 127.0.0.1:${port}; root ${dir}/www; } }\n`);
  const child = spawn(join(top, 'build/nginx/usr/sbin/nginx'), ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' });
  const one = Object.keys(files)[0];
  await until(async () => { try { return (await fetch(`http://127.0.0.1:${port}/${one}`)).ok; } catch { return false; } }, { what: 'nginx' });
  return {
    port,
    pids: () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(/\s+/).map(Number),
    stop: () => { child.kill('SIGTERM'); rmSync(dir, { recursive: true, force: true }); },
  };
}
