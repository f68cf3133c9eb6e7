// Films for Chromium's fake camera, made by ffmpeg from pictures of tickets.
import { spawnSync } from 'node:child_process';

const RATE = 15;
const [WIDTH, HEIGHT] = [1280, 720];

/**
 * scenes: [{ png: FILE or null, seconds }] in the order in which the camera sees them, in a loop. A
 * ticket is held as people hold a phone, swaying by some degrees and a little unsharp; null is an
 * empty grey room. Writes an mjpeg to `out`.
 */
export function makeFilm(out, scenes) {
  const inputs = [];
  const parts = [];
  scenes.forEach(({ png, seconds }, i) => {
    if (png) {
      inputs.push('-loop', '1', '-framerate', String(RATE), '-t', String(seconds), '-i', png);
      parts.push(`[${i}:v]scale=420:420:flags=area,pad=520:520:50:50:white,format=rgba,rotate=0.2*sin(2*PI*t/2)+0.1:c=0x66706eff:ow=760:oh=700,`
        + `pad=${WIDTH}:${HEIGHT}:(ow-iw)/2:(oh-ih)/2:0x66706e,gblur=sigma=0.8,setsar=1,format=yuv420p[v${i}]`);
    } else {
      inputs.push('-f', 'lavfi', '-t', String(seconds), '-i', `color=c=0x66706e:s=${WIDTH}x${HEIGHT}:r=${RATE}`);
      parts.push(`[${i}:v]setsar=1,format=yuv420p[v${i}]`);
    }
  });
  const all = scenes.map((_, i) => `[v${i}]`).join('');
  const r = spawnSync('ffmpeg', ['-y', '-loglevel', 'error', ...inputs,
    '-filter_complex', `${parts.join(';')};${all}concat=n=${scenes.length}:v=1[o]`,
    '-map', '[o]', '-r', String(RATE), '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', out], { encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`ffmpeg: ${r.stderr}`);
  return out;
}
