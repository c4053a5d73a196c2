// Teachers find courses of other sites, and what is inside them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertHeadings, assertNoSidewaysScroll, faults } from './lib/accessibility.mjs';
import { logIn, onDesktop, onPhone, shoot } from './lib/browser.mjs';
import { a, b, c } from './lib/network.mjs';

const SEARCH = 'Find courses';

/** Searches by typing into the form of the page. */
async function search(page, words) {
    await page.getByRole('search').getByRole('searchbox').fill(words);
    await Promise.all([
        page.waitForURL((url) => url.searchParams.get('words') === words),
        page.getByRole('search').getByRole('button', { name: 'Search' }).click(),
    ]);
}

/** Opens the page of the search and searches there. */
async function openAndSearch(page, site, words) {
    await page.goto(`${site.url}/local/courseglue/index.php`);
    await search(page, words);
}

/** The result with a title. */
function result(page, title) {
    return page.locator('.local_courseglue-result').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** Asserts that a result names its site, language and access. */
async function assertNames(found, site, access) {
    await assert.doesNotReject(found.waitFor(), 'the course is found');
    assert.match(await found.locator('[data-region=site]').innerText(), new RegExp(site.name));
    assert.match(await found.locator('[data-region=language]').innerText(), /English/);
    assert.match(await found.locator('[data-region=access]').innerText(), access);
}

test('a teacher of one course finds the search in the navigation, and with it courses of two other sites', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await page.locator('.primary-navigation').getByRole('menuitem', { name: SEARCH }).click();
    await search(page, 'marine biology');

    await assertNames(result(page, 'Marine Biology of the Baltic'), b, /anyone can look inside/);
    await assertNames(result(page, 'Tropical Marine Biology'), c, /\w/);
    assert.match(await page.locator('[data-region=summary]').innerText(), /^\d+ courses from \d+ sites$/);
    assert.equal(await page.locator('.local_courseglue-result mark').first().innerText(), 'Marine');

    // A picture with more to see: several languages, and what was found inside of courses.
    await search(page, 'map');
    await shoot(page, 'search');
}));

test('a word that only an activity has leads straight to that activity', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await openAndSearch(page, a, 'bladderwrack');

    const activity = result(page, 'Marine Biology of the Baltic').getByRole('link', { name: 'Bladderwrack transects' });
    assert.ok((await activity.getAttribute('href')).startsWith(`${b.url}/mod/page/view.php?id=`));
    assert.match(await activity.getAttribute('rel'), /noreferrer/);
    await activity.click();
    await page.waitForURL((url) => url.origin === new URL(b.url).origin);
    await enterAsGuest(page);
    assert.match(page.url(), /\/mod\/page\/view\.php\?id=\d+$/);
    assert.equal(await page.getByRole('heading', { name: 'Bladderwrack transects' }).first().isVisible(), true);
}));

/** Where the other Moodle asks who comes: a guest. */
async function enterAsGuest(page) {
    const guest = page.getByRole('button', { name: /(log in|access) as a guest/i });
    await page.waitForLoadState();
    if (new URL(page.url()).pathname.startsWith('/login/')) {
        await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/login/')), guest.click()]);
    }
}

test('a filter narrows what was found, and can be taken away', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await openAndSearch(page, a, 'marine biology');
    const all = await page.locator('[data-region=summary]').innerText();
    await page.locator('[data-filter=site]').getByRole('link', { name: b.name }).click();

    assert.match(await page.locator('[data-region=summary]').innerText(), /from 1 site$/);
    assert.equal(await result(page, 'Marine Biology of the Baltic').count(), 1);
    assert.equal(await result(page, 'Tropical Marine Biology').count(), 0);
    await page.getByRole('link', { name: `Remove the filter ${b.name}` }).click();
    assert.equal(await page.locator('[data-region=summary]').innerText(), all);
    await page.goBack();
    assert.match(await page.locator('[data-region=summary]').innerText(), /from 1 site$/);
    await page.goForward();
    assert.equal(await page.locator('[data-region=summary]').innerText(), all);
    await page.reload();
    assert.equal(await page.locator('[data-region=summary]').innerText(), all);
}));

test('a link of somebody else shows its words and searches for nothing until the person does', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await page.goto(`${c.url}/`);
    await page.setContent(`<a href="${a.url}/local/courseglue/index.php?words=marine+biology">Look</a>`);
    await page.getByRole('link', { name: 'Look' }).click();
    await page.locator('[data-region=waiting]').waitFor();
    assert.equal(await page.locator('[data-region=summary]').count(), 0);
    assert.equal(await page.getByRole('searchbox').inputValue(), 'marine biology');
    assert.deepEqual(await faults(page, '.local_courseglue-search'), []);
    await assertHeadings(page, '.local_courseglue-search');
    await shoot(page, 'search-waiting');
    await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
    await assert.doesNotReject(result(page, 'Marine Biology of the Baltic').waitFor());
}));

test('words that nothing has are answered with what to do', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    await openAndSearch(page, a, 'qwxzvbnm');
    assert.equal(await page.locator('[data-region=summary]').innerText(), 'No courses found');
    assert.match(await page.locator('.local_courseglue-empty').innerText(), /Try fewer/);
}));

test('the page says who receives the words, and loads nothing from other sites', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    const hosts = new Set();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await openAndSearch(page, a, 'marine biology');
    assert.match(await page.locator('[data-region=asked]').innerText(), /Your search was sent to|nothing was sent/);
    await page.waitForLoadState('networkidle');
    assert.ok(hosts.has(new URL(a.url).host));
    assert.ok(!hosts.has(new URL(b.url).host) && !hosts.has(new URL(c.url).host), `asked for: ${[...hosts].join(', ')}`);
}));

test('words with markup in them are shown as they are', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    const words = '"><img src=x onerror=document.title="owned">';
    await page.goto(`${a.url}/local/courseglue/index.php?words=${encodeURIComponent(words)}`);
    assert.equal(await page.getByRole('searchbox').inputValue(), words);
    assert.doesNotMatch(await page.title(), /^owned/);
    await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
    await page.locator('[data-region=summary]').waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), words);
    assert.doesNotMatch(await page.title(), /^owned/);
}));

test('a student without the capability has no entry and is refused', () => onDesktop(async (page) => {
    await logIn(page, a, a.student);
    assert.equal(await page.locator('.primary-navigation').getByText(SEARCH).count(), 0);
    const answer = await page.goto(`${a.url}/local/courseglue/index.php?words=marine`);
    assert.ok([403, 404].includes(answer.status()) || await page.locator('.errorbox').count() === 1, 'the page is refused');
    assert.equal(await page.locator('.local_courseglue-search').count(), 0);
}));

test('on a phone nothing has to be scrolled sideways', () => onPhone(async (page) => {
    await logIn(page, a, a.teacher);
    await page.goto(`${a.url}/local/courseglue/index.php`);
    await assertNoSidewaysScroll(page);
    await search(page, 'marine biology');
    await assertNoSidewaysScroll(page);
    await shoot(page, 'search-phone');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.locator('[data-filter=site]').waitFor({ state: 'visible' });
    await assertNoSidewaysScroll(page);
}));

test('the search is accessible', () => onDesktop(async (page) => {
    await logIn(page, a, a.teacher);
    for (const words of ['', 'marine biology', 'qwxzvbnm']) {
        await page.goto(`${a.url}/local/courseglue/index.php`);
        if (words !== '') {
            await search(page, words);
        }
        assert.deepEqual(await faults(page, '.local_courseglue-search'), []);
        await assertHeadings(page, '.local_courseglue-search');
    }
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Search');
}));
