// Claims about accessibility that a machine can check.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong inside an element, by WCAG 2.1 A and AA: a list of sentences. */
export async function faults(page, selector) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(
        (within) => window.axe.run(within, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }),
        selector,
    );
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

/** Asserts that a page has one h1 and that no level of its headings is left out inside an element. */
export async function assertHeadings(page, selector) {
    assert.equal(await page.locator('h1:visible').count(), 1, 'the page has one h1');
    const levels = await page.locator(selector).locator('h1, h2, h3, h4, h5, h6')
        .evaluateAll((headings) => headings.map((heading) => Number(heading.tagName[1])));
    let last = 1;
    for (const level of levels) {
        assert.ok(level <= last + 1, `no level is left out: ${levels.join(' ')}`);
        last = level;
    }
}

/** Asserts that nothing has to be scrolled sideways. */
export async function assertNoSidewaysScroll(page) {
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= window, `the page is ${content} px wide in a window of ${window} px`);
}
