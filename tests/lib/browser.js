// Debian's Chromium under playwright-core: one browser, a context a person.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { scratch } from './scratch.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `film`: an mjpeg that every camera of this browser shows, in a loop. `keepsPages`: as browsers of people do, it
 * shows a page again as it was left when one goes back; playwright turns that off. */
export async function startChromium({ film, keepsPages } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    env: { ...process.env, PULSE_RUNTIME_PATH: scratch('sound') }, // else it makes one, and leaves it
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : undefined,
    args: [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream',
      ...(film ? [`--use-file-for-fake-video-capture=${film}`] : []),
    ],
  });
}

export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 900 };

/** A person with a browser of their own: the page, and what went wrong in it. */
export class Person {
  static async arrive(browser, url, { viewport = desk, camera = true, ...options } = {}) {
    const p = new Person();
    p.complaints = [];
    p.expected = [];
    p.context = await browser.newContext({ baseURL: url, viewport, locale: 'nb-NO', reducedMotion: 'reduce', ...options });
    if (camera) await p.context.grantPermissions(['camera'], { origin: url });
    p.context.setDefaultTimeout(15000);
    p.context.on('console', (m) => {
      if (['error', 'warning'].includes(m.type())) p.complaints.push(`${m.type()}: ${m.text()} (${m.location().url})`);
    });
    p.page = await p.context.newPage();
    p.page.on('pageerror', (e) => p.complaints.push(`exception: ${e.stack ?? e}`));
    p.page.on('dialog', (d) => d.accept());
    return p;
  }

  /** Complaints of the console and uncaught exceptions, but for those `expected` (patterns) names. */
  faults(expected = []) {
    return this.complaints.filter((c) => !expected.some((e) => e.test(c)));
  }

  async signIn(email, password) {
    await this.page.goto('/signin');
    await this.page.fill('input[name=email]', email);
    await this.page.fill('input[name=password]', password);
    await Promise.all([this.page.waitForURL(/\/admin/), this.page.press('input[name=password]', 'Enter')]);
  }

  /** Signed in by the link of a mail (members). */
  async enter(link) {
    await this.page.goto(link);
    await Promise.all([this.page.waitForURL(/\/member$/), this.page.click('main form button')]);
  }

  /** What axe finds on the page as it stands: one line a violation. */
  async axe() {
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    return found.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => `${n.target} ${n.failureSummary.replace(/\s+/g, ' ')}`).join(' | ').slice(0, 400)}`);
  }

  /** Pixels by which the page is wider than the window. */
  sideways() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  async leave() {
    await this.context.close();
  }
}
