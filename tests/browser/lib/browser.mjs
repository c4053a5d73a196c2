// Debian's Chromium, one for all tests of a file, with a fresh profile for each visitor.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 812 };

let browser;

before(async () => {
    browser = await chromium.launch({
        executablePath: process.env.COURSEGLUE_CHROMIUM || '/usr/bin/chromium',
        args: [
            '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync',
        ],
    });
});

after(async () => {
    await browser?.close();
});

/** Runs a test as a visitor with a profile of their own, whatever becomes of it. */
export async function visit(viewport, test) {
    const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'UTC' });
    context.setDefaultTimeout(60_000);
    try {
        return await test(await context.newPage());
    } finally {
        await context.close();
    }
}

export const onDesktop = (test) => visit(DESKTOP, test);
export const onPhone = (test) => visit(PHONE, test);

/**
 * Logs in by Moodle's own form, without drawing it: on a phone its script replaces the password's field at some moment,
 * with whatever was typed into it.
 */
export async function logIn(page, site, { username, password }) {
    const form = `${site.url}/login/index.php`;
    const [, logintoken] = (await (await page.request.get(form)).text()).match(/name="logintoken" value="([^"]+)"/);
    const answer = await page.request.post(form, { form: { username, password, logintoken } });
    assert.ok(!new URL(answer.url()).pathname.startsWith('/login/'), `${username} can log in`);
    await page.goto(`${site.url}/my/courses.php`);
}

/** Keeps a picture of the page where COURSEGLUE_SHOTS names a folder. */
export async function shoot(page, name, options = {}) {
    const folder = process.env.COURSEGLUE_SHOTS;
    if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', ...options });
    }
}
