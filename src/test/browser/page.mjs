// Uses the page of a running program in headless Chromium, as PageInBrowserIT starts it. Usage: node page.mjs URL FOLDER IMAGE
// FOLDER gets screenshots and has the packages; IMAGE is dropped on the page. Prints one line for each check.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

const [url, folder, dropped] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { chromium } = require('playwright-core');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const hostile = '<img src=x onerror=alert(1)>.jpg';

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('dialog', dialog => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('request', request => new URL(request.url()).origin === new URL(url).origin || complaints.push(`asks ${request.url()}`));
  await page.goto(url);
  await page.locator('#grid img').first().waitFor();
  return { page, complaints };
}

async function passed(name, check) {
  await check();
  console.log(`ok  ${name}`);
}

const { page, complaints } = await open({ colorScheme: 'light' });

await passed('a hostile name is a text', async () => {
  await page.getByText(hostile).first().waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
});

await passed('an image is shown in full, its findings under the mouse', async () => {
  await page.locator('#grid button').first().click();
  await page.locator('#overlay polygon').first().waitFor();
  await page.waitForFunction(() => document.getElementById('picture').naturalWidth > 0);
  await page.locator('#overlay polygon').last().hover();
  assert.equal(await page.locator('#findings li.on').count(), 1);
  await page.locator('#conditions').getByText('✓ gear').waitFor();
  await page.screenshot({ path: `${folder}/full.png` });
});

await passed('the keyboard goes to the next image and closes', async () => {
  const first = await page.locator('#full-title').textContent();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(title => document.getElementById('full-title').textContent !== title, first);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
});

await passed('a condition is rehearsed against the one in force', async () => {
  await page.locator('#against').selectOption('gear');
  await page.locator('#condition').fill('gear > 1 and');
  await page.locator('#outcome.wrong').waitFor();
  await page.locator('#condition').fill('count(gear) > 99');
  await page.locator('#outcome:not(.wrong)').filter({ hasText: 'lost 2' }).waitFor();
  await page.locator('#shown').selectOption('lost');
  assert.equal(await page.locator('#grid li.lost').count(), 2);
  await page.locator('#shown').selectOption('');
  await page.locator('#condition').fill('');
});

await passed('results are filtered by class', async () => {
  await page.locator('#class').selectOption('gear');
  assert.equal(await page.locator('#grid li').count(), 2);
  await page.locator('#confidence').fill('1');
  assert.equal(await page.locator('#grid li').count(), 0);
  await page.locator('#confidence').fill('0');
  await page.locator('#class').selectOption('');
});

await passed('a failed image is tried again', async () => {
  await page.locator('#failures button').click();
  await page.locator('#retried').filter({ hasText: '1 back in the inbox' }).waitFor();
});

await passed('an image is dropped into the inbox', async () => {
  const before = await page.locator('#grid li').count();
  await page.locator('#files').setInputFiles(dropped);
  await page.locator('#dropped').filter({ hasText: '1 of 1 in the inbox' }).waitFor();
  await page.waitForFunction(count => document.querySelectorAll('#grid li').length > count, before);
});

await passed('the program can be read on a narrow screen', async () => {
  await page.setViewportSize({ width: 360, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

assert.deepEqual(complaints, []);

for (const colorScheme of ['light', 'dark']) {
  await passed(`nothing serious is found by axe-core, ${colorScheme}`, async () => {
    // axe-core is a script that the page itself would refuse
    const { page: checked } = await open({ colorScheme, bypassCSP: true });
    await checked.screenshot({ path: `${folder}/${colorScheme}.png`, fullPage: true });
    await checked.evaluate(axe);
    const serious = async () => (await checked.evaluate(() => globalThis.axe.run())).violations
      .filter(violation => ['serious', 'critical'].includes(violation.impact))
      .map(violation => `${violation.id}: ${violation.nodes.map(node => node.target).join(', ')}`);
    assert.deepEqual(await serious(), []);
    await checked.locator('#grid button').first().click();
    await checked.locator('#overlay polygon').first().waitFor();
    assert.deepEqual(await serious(), []);
    await checked.context().close();
  });
}

const { page: timed } = await open({});
const figures = await timed.evaluate(() => {
  const files = [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')]
    .filter(entry => !/live|picture/.test(entry.name));
  return { bytes: files.reduce((sum, entry) => sum + entry.decodedBodySize, 0), files: files.length,
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime };
});
console.log(`page weight ${figures.bytes} bytes in ${figures.files} files, first paint after ${Math.round(figures.firstPaint)} ms`);
await browser.close();
