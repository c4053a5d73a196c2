// Administrators see the network's totals.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHeadings, assertNoSidewaysScroll, faults } from './lib/accessibility.mjs';
import { logIn, onDesktop, onPhone, shoot } from './lib/browser.mjs';
import { a, descriptors } from './lib/network.mjs';

const PAGE = `${a.url}/local/courseglue/statistics.php`;

test('the totals equal the sums of the figures that the sites last signed', () => onDesktop(async (page) => {
    const signed = await descriptors();
    await logIn(page, a, a.admin);
    await page.goto(PAGE);

    assert.equal(await page.locator('[data-total=sites]').getAttribute('data-value'), String(signed.length));
    const sums = new Map();
    for (const { figures } of signed) {
        for (const [name, figure] of Object.entries(figures ?? {})) {
            sums.set(name, (sums.get(name) ?? 0) + figure);
        }
    }
    assert.ok(sums.size > 0, 'at least one site shares a figure');
    const shown = await page.locator('[data-figure]').evaluateAll(
        (rows) => rows.map((row) => [row.dataset.figure, Number(row.dataset.sum)]),
    );
    assert.deepEqual(new Map(shown), sums);
    await page.locator('.chart-image canvas, canvas').first().waitFor();
    // The charts grow for a second.
    await page.waitForFunction(() => document.getAnimations().length === 0);
    await page.waitForTimeout(1500);
    await shoot(page, 'statistics', { fullPage: true });
}));

test('countries and Moodle releases are those of the sites', () => onDesktop(async (page) => {
    const signed = await descriptors();
    await logIn(page, a, a.admin);
    await page.goto(PAGE);
    const rows = async (section) => page.locator(`[data-section=${section}] tbody tr`)
        .evaluateAll((all) => all.map((row) => [row.dataset.code, Number(row.querySelector('td').textContent)]));
    const counted = (values) => {
        const counts = new Map();
        values.forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1));
        return counts;
    };
    assert.deepEqual(new Map(await rows('countries')), counted(signed.map(({ country }) => country ?? '')));
    assert.deepEqual(
        new Map(await rows('releases')),
        counted(signed.map(({ release }) => release.split('.').slice(0, 2).join('.'))),
    );
}));

test('the totals can be downloaded', () => onDesktop(async (page) => {
    await logIn(page, a, a.admin);
    const answer = await page.request.get(`${PAGE}?dataformat=csv`);
    assert.match(answer.headers()['content-type'], /csv/);
    const lines = (await answer.text()).trim().split('\n');
    assert.match(lines[0], /about,name,sites,courses,users/);
    assert.match(lines[1], new RegExp(`^total,,${(await descriptors()).length},`));
}));

test('a teacher is refused', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await page.goto(PAGE);
    assert.equal(await page.locator('.local_courseglue-statistics').count(), 0);
}));

test('the statistics are accessible and fit on a phone', () => onPhone(async (page) => {
    await logIn(page, a, a.admin);
    await page.goto(PAGE);
    await assertNoSidewaysScroll(page);
    assert.deepEqual(await faults(page, '.local_courseglue-statistics'), []);
    await assertHeadings(page, '#region-main');
}));
