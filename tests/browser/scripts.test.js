// Small scripts that make a page nicer, in a real browser, and the same pages without them.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';
import { Person, startChromium } from '../lib/browser.js';

let s, browser, g;
before(async () => {
  s = await Samling.start();
  browser = await startChromium();
  g = await s.gathering({ starts_at: '2027-01-14T17:00:00+01:00', ends_at: '2027-01-14T20:30:00+01:00', deadline: null });
});
after(async () => {
  await browser.close();
  await s.stop();
});

const arrive = async (options) => {
  const p = await Person.arrive(browser, s.url, { camera: false, ...options });
  await p.signIn(s.email, s.password);
  return p;
};

test('the copy button copies, and says so', async () => {
  const p = await arrive();
  await p.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: s.url });
  await p.page.goto(`/admin/gatherings/${g.id}`);
  const button = p.page.locator('[data-copy=page-url]');
  const said = p.page.locator('[data-copy=page-url] + [role=status]');
  assert.equal(await said.textContent(), '');
  await button.click();
  await said.getByText('Kopiert').waitFor();
  assert.equal(await p.page.evaluate(() => navigator.clipboard.readText()), `${s.url}/g/${g.slug}`);

  await p.page.goto(`/admin/gatherings/${g.id}/door`); // a field's value
  await p.page.fill('input[name=label]', 'Per');
  await p.page.click('text=Lag lenke');
  await p.page.waitForSelector('#door-url');
  await p.page.click('[data-copy=door-url]');
  await p.page.locator('[data-copy=door-url] + [role=status]').getByText('Kopiert').waitFor();
  assert.equal(await p.page.evaluate(() => navigator.clipboard.readText()), await p.page.inputValue('#door-url'));
  assert.deepEqual(p.faults(), []);
  await p.context.close();
});

test('where copying is not allowed, the text is marked and nothing is claimed', async () => {
  const p = await arrive();
  await p.context.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await p.page.goto(`/admin/gatherings/${g.id}`);
  await p.page.click('[data-copy=page-url]');
  await p.page.waitForFunction(() => getSelection().toString().length > 0);
  assert.equal(await p.page.evaluate(() => getSelection().toString()), `${s.url}/g/${g.slug}`);
  assert.equal(await p.page.textContent('[data-copy=page-url] + [role=status]'), '');
  assert.deepEqual(p.faults(), []);
  await p.context.close();
});

const read = (page) => page.$eval('#gathering-form', (f) => ['date', 'from', 'to', 'to_date'].map((name) => f.elements[name].value));
const put = async (page, name, value) => {
  await page.$eval(`#gathering-form [name=${name}]`, (el, text) => {
    el.value = text;
    el.dispatchEvent(new Event('input', { bubbles: true }));
    el.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);
};

test('a typed end goes along with its start, over midnight too; one nobody typed stays empty', async () => {
  const p = await arrive();
  await p.page.goto(`/admin/gatherings/${g.id}/edit`);
  assert.deepEqual(await read(p.page), ['2027-01-14', '17:00', '20:30', '']);
  await put(p.page, 'from', '18:00');
  assert.deepEqual(await read(p.page), ['2027-01-14', '18:00', '21:30', '']);
  await put(p.page, 'date', '2027-01-21');
  assert.deepEqual(await read(p.page), ['2027-01-21', '18:00', '21:30', '']);
  await put(p.page, 'from', '22:00');
  assert.deepEqual(await read(p.page), ['2027-01-21', '22:00', '01:30', '2027-01-22'], 'past midnight it has a day of its own');
  await put(p.page, 'from', '17:00');
  assert.deepEqual(await read(p.page), ['2027-01-21', '17:00', '20:30', ''], 'and back');
  await put(p.page, 'to', '19:00'); // typed anew: it goes along from there
  await put(p.page, 'from', '17:30');
  assert.deepEqual(await read(p.page), ['2027-01-21', '17:30', '19:30', '']);
  await put(p.page, 'from', '');
  await put(p.page, 'from', '16:00');
  assert.deepEqual(await read(p.page), ['2027-01-21', '16:00', '18:00', ''], 'a start that is gone for a while moves nothing twice');
  await Promise.all([p.page.waitForURL(new RegExp(`/admin/gatherings/${g.id}(/move)?$`)), p.page.click('#gathering-form button[value=save]')]);
  const saved = (await s.api('GET', `/gatherings/${g.id}`)).body;
  assert.equal(saved.starts_at, '2027-01-21T16:00:00+01:00');
  assert.equal(saved.ends_at, '2027-01-21T18:00:00+01:00');

  await p.page.goto('/admin/gatherings/new');
  await put(p.page, 'date', '2027-02-04');
  await put(p.page, 'from', '17:00');
  await put(p.page, 'from', '18:00');
  assert.deepEqual(await read(p.page), ['2027-02-04', '18:00', '', '']);
  assert.deepEqual(p.faults(), []);
  await p.context.close();
});

test('without scripts there is no copy button, and the server moves the end and asks', async () => {
  const p = await arrive({ javaScriptEnabled: false });
  const one = await s.gathering({ starts_at: '2027-03-04T17:00:00+01:00', ends_at: '2027-03-04T20:30:00+01:00', deadline: null });
  await p.page.goto(`/admin/gatherings/${one.id}`);
  assert.equal(await p.page.locator('[data-copy=page-url]').isVisible(), false);
  assert.equal(await p.page.locator('#page-url').textContent(), `${s.url}/g/${one.slug}`, 'it is there to be marked');
  await p.page.goto(`/admin/gatherings/${one.id}/edit`);
  await p.page.fill('#gathering-form [name=from]', '19:00');
  await p.page.click('#gathering-form button[value=save]');
  await p.page.getByText('Starten er flyttet, så slutten er flyttet like langt.').first().waitFor();
  assert.equal(await p.page.inputValue('#gathering-form [name=to]'), '22:30');
  assert.equal((await s.api('GET', `/gatherings/${one.id}`)).body.starts_at, '2027-03-04T17:00:00+01:00', 'nothing is saved before that is seen');
  await Promise.all([p.page.waitForURL(new RegExp(`/admin/gatherings/${one.id}(/move)?$`)), p.page.click('#gathering-form button[value=save]')]);
  const saved = (await s.api('GET', `/gatherings/${one.id}`)).body;
  assert.deepEqual([saved.starts_at, saved.ends_at], ['2027-03-04T19:00:00+01:00', '2027-03-04T22:30:00+01:00']);
  await p.context.close();
});

test('how far work is moves by itself, and says when it is done', async () => {
  const p = await arrive();
  await p.page.goto(`/admin/gatherings/${g.id}?lang=nn`);
  const said = await p.page.evaluate(async () => {
    document.body.innerHTML = `<div id="going"><section data-task="a:1" data-template="%d av %t varsla"><p><strong></strong></p>
      <progress value="0" max="9"></progress><p hidden>Ferdig</p></section></div>`;
    const { progress } = await import('/static/live-count.js');
    const root = document.getElementById('going');
    const shown = () => [root.querySelector('strong').textContent, root.querySelector('progress').value, root.querySelector('section').lastElementChild.hidden];
    return [progress(root, { 'a:1': [1200, 47500] }), ...shown(), progress(root, {}), ...shown()];
  });
  assert.deepEqual(said, [true, '1\u00a0200 av 47\u00a0500 varsla', 1200, true, false, '47\u00a0500 av 47\u00a0500 varsla', 47500, false]);
  await p.leave();
});
